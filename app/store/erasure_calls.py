"""A person's addresses, taken out of what others called us with, what we answered, and what we told."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import func

from app.domain.scrubbing import Scrubber
from app.store.idempotency import AnswerRow
from app.store.provider_callbacks import ProviderCallbackRow
from app.store.webhook_deliveries import WebhookEventRow


def scrub_calls(session: Session, account_id: str, scrubber: Scrubber) -> None:
    """Take a person's addresses out of raw calls, kept answers and the webhooks' log; all else in them stays."""
    if not scrubber.spellings:
        return
    for callback_id, body in _callbacks(session, account_id, scrubber):
        cleaned = update(ProviderCallbackRow).where(ProviderCallbackRow.id == callback_id)
        _do(session, cleaned.values(body=scrubber.body(body)))
    answers = select(AnswerRow.key, AnswerRow.body).where(
        AnswerRow.account_id == account_id, _said(cast(AnswerRow.body, String), scrubber)
    )
    for key, held in session.execute(answers).all():
        cleaned = update(AnswerRow).where(AnswerRow.account_id == account_id, AnswerRow.key == key)
        _do(session, cleaned.values(body=scrubber.value(held)))
    events = select(WebhookEventRow.id, WebhookEventRow.body).where(
        WebhookEventRow.account_id == account_id, _said(WebhookEventRow.body, scrubber)
    )
    for event_id, told in session.execute(events).all():
        cleaned = update(WebhookEventRow).where(WebhookEventRow.id == event_id)
        _do(session, cleaned.values(body=scrubber.text(told)))


def _callbacks(session: Session, account_id: str, scrubber: Scrubber) -> Iterator[tuple[str, bytes]]:
    found = func.instr if session.get_bind().dialect.name == "sqlite" else func.pg_catalog.position
    named = or_(*(found(ProviderCallbackRow.body, literal(word.encode())) > 0 for word in scrubber.spellings))
    ids = select(ProviderCallbackRow.id).where(ProviderCallbackRow.account_id == account_id, named)
    for callback_id in session.execute(ids).scalars().all():
        body = select(ProviderCallbackRow.body).where(ProviderCallbackRow.id == callback_id)
        yield callback_id, session.execute(body).scalar_one()


def _said(column: Any, scrubber: Scrubber) -> ColumnElement[bool]:
    return or_(*(column.contains(word, autoescape=True) for word in scrubber.spellings))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
