"""A shop's notice of an order, refund or cancellation is kept, and the order brought up to date."""

import hashlib
from datetime import datetime
from typing import Any

import orjson

from app.domain.ids import new_id
from app.domain.money import NO_CURRENCY, from_minor
from app.domain.order import OrderNotice, contradicts, first_state, merge, stronger
from app.domain.share_codes import ERASED
from app.store.accounts import Account
from app.store.base import Session
from app.store.order_names import claim_names, point_names
from app.store.order_states import state_of, state_values
from app.store.order_traces import add_traces, traces_of
from app.store.orders import OrderRow, add_notice, add_order, is_erased, order_by_id, order_by_number

_CONFLICTS_KEPT = 20


def record_order(session: Session, account: Account, notice: OrderNotice, *, now: datetime) -> str:
    """Store a notice and return the id of its order's row; the caller has it credited after the commit.

    What contradicts earlier notices, another currency above all, is kept and the order marked as disputed.
    """
    row, is_new = _order(session, account.id, notice, now)
    digest = hashlib.sha256(orjson.dumps(notice.payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
    is_news = add_notice(session, account.id, row.id, digest=digest, payload=notice.payload, now=now)
    if is_news:
        add_traces(session, account.id, row.id, traces_of(notice.discount_codes, notice.buyer))
    if is_news and not is_new:
        _bring_up_to_date(row, notice, now)
        # Credited anew by the caller's queue, or by the sweep whatever becomes of the queue.
        row.is_open, row.woken_at = True, now
        session.flush()
    return row.id


def _order(session: Session, account_id: str, notice: OrderNotice, now: datetime) -> tuple[OrderRow, bool]:
    """Return the order's row, held, and whether this notice made it."""
    row_id = new_id()
    if notice.names:
        row_id = claim_names(session, account_id, notice.names, row_id)
    is_new = add_order(session, account_id, notice.order_id, row_id=row_id, **_first_values(notice, now))
    row = order_by_number(session, account_id, notice.order_id, for_update=True)
    row = row or order_by_id(session, account_id, row_id, for_update=True)
    if row is None:
        raise LookupError(f"the order {notice.order_id!r} vanished between two statements")
    if row.id != row_id:
        point_names(session, account_id, notice.names, row.id)
    elif not notice.is_nameless:
        # A refund that came first could only give the payment's id.
        row.order_id = notice.order_id
    return row, is_new


def _first_values(notice: OrderNotice, now: datetime) -> dict[str, object]:
    return state_values(first_state(notice)) | {
        "currency": notice.currency,
        "email": notice.buyer.email,
        "phone": notice.buyer.phone,
        "external_id": notice.buyer.external_id,
        "mbsy": notice.mbsy,
        "mbsy_source": notice.mbsy_source,
        "source_place": notice.source_place,
        "discount_codes": list(notice.discount_codes),
        "shop": notice.shop,
        "at": notice.placed_at or now,
        "woken_at": now,
        "created_at": now,
    }


def _bring_up_to_date(row: OrderRow, notice: OrderNotice, now: datetime) -> None:
    if row.currency == NO_CURRENCY:
        row.currency = notice.currency
    if notice.currency in (row.currency, NO_CURRENCY):
        before = state_of(row)
        for name, value in state_values(merge(before, notice)).items():
            setattr(row, name, value)
        if contradicts(before, notice):
            said = from_minor(notice.total_minor or 0, row.currency)
            _note_conflict(row, "total", from_minor(row.total_minor, row.currency), said, now)
    else:
        row.is_disputed = True
        _note_conflict(row, "currency", row.currency, notice.currency, now)
    if notice.placed_at is not None:
        # A first notice that did not say when it was placed, a refund perhaps, had only its own moment to give.
        assumed = row.at == row.created_at
        row.at = notice.placed_at if assumed else min(row.at, notice.placed_at)
    for field in () if is_erased(row) else ("email", "phone", "external_id"):
        _settle(row, field, getattr(notice.buyer, field), now)
    row.discount_codes = sorted({*(row.discount_codes or ()), *notice.discount_codes})
    _name_source(row, notice, now)


def _name_source(row: OrderRow, notice: OrderNotice, now: datetime) -> None:
    """Take over what names the click or the advocate where it says more, or stands in a stronger place.

    Of two clicks named in equal places the later one stands: ids of clicks are in the order of the clicks.
    """
    if notice.mbsy_source:
        if row.mbsy_source and notice.mbsy_source != row.mbsy_source:
            row.is_disputed = True
            _note_conflict(row, "mbsy_source", row.mbsy_source, notice.mbsy_source, now)
        is_weaker = stronger(row.source_place, notice.source_place)
        is_stronger = stronger(notice.source_place, row.source_place)
        if not row.mbsy_source or is_stronger or (notice.mbsy_source > row.mbsy_source and not is_weaker):
            row.mbsy_source, row.source_place = notice.mbsy_source, notice.source_place
    before = row.mbsy
    if not (row.mbsy or "").startswith(ERASED):
        _settle(row, "mbsy", notice.mbsy, now)
    is_news = row.mbsy != before or stronger(notice.source_place, row.source_place)
    if notice.mbsy and notice.mbsy == row.mbsy and not row.mbsy_source and is_news:
        row.source_place = notice.source_place


def _settle(row: OrderRow, field: str, said: str | None, now: datetime) -> None:
    """Take over what was not said before; of two that contradict each other the same stands whichever came first."""
    stands = getattr(row, field)
    if said and stands and said != stands:
        row.is_disputed = row.is_disputed or field == "mbsy"
        _note_conflict(row, field, stands, said, now)
    setattr(row, field, min(filter(None, (stands, said)), default=None))


def _note_conflict(row: OrderRow, field: str, stands: str, said: str, now: datetime) -> None:
    known: list[dict[str, Any]] = row.conflicts or []
    if len(known) < _CONFLICTS_KEPT and not any(one["field"] == field and one["said"] == said for one in known):
        row.conflicts = [*known, {"field": field, "stands": stands, "said": said, "at": now.isoformat()}]
