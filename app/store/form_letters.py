"""Form letters: the words that many messages have in common, kept once; a message keeps what is its own."""

import hashlib
from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.gapped_text import GappedText
from app.domain.ids import new_id
from app.store.base import Base, insert
from app.store.columns import Json
from app.store.many_rows import among_those, checked, fetch, write


class FormLetterRow(Base):
    """A body with gaps, and what became of its links; never changed."""

    __tablename__ = "form_letters"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    digest: Mapped[str]
    body: Mapped[Any] = mapped_column(Json)
    """By part (html, text, decisions): the texts between the gaps, and the numbers of the gaps; None for no part."""


_KNOWN = select(FormLetterRow.id).where(
    FormLetterRow.account_id == bindparam("account_id"), FormLetterRow.digest == bindparam("digest")
)
_KEEP = insert(FormLetterRow).on_conflict_do_nothing(index_elements=["account_id", "digest"])
_BODIES = select(FormLetterRow.id, FormLetterRow.body).where(
    checked(FormLetterRow.account_id) == bindparam("account_id"), among_those(FormLetterRow.id, "ids")
)


def keep_form_letter(
    session: Session, account_id: str, *, html: GappedText | None, text: GappedText | None, decisions: GappedText
) -> str:
    """Return the id of the account's form letter of these words, stored once."""
    parts = {"html": html, "text": text, "decisions": decisions}
    body = {name: part and [part.literals, part.gaps] for name, part in parts.items()}
    digest = hashlib.sha256(orjson.dumps(body)).hexdigest()
    # Nearly always it is there: a look writes nothing.
    for row in fetch(session, _KNOWN, account_id=account_id, digest=digest):
        return str(row[0])
    write(session, _KEEP, id=new_id(), account_id=account_id, digest=digest, body=body)
    [row] = fetch(session, _KNOWN, account_id=account_id, digest=digest)
    return str(row[0])


def form_letters(session: Session, account_id: str, ids: Collection[str]) -> dict[str, Any]:
    """Return the bodies of form letters by their ids, for ``filled``."""
    if not ids:
        return {}
    return {row[0]: row[1] for row in fetch(session, _BODIES, account_id=account_id, ids=list(ids))}


def filled(body: dict[str, Any], values: list[str]) -> dict[str, Any]:
    """Return html, text and decisions of the message that fills a form letter's gaps with ``values``."""
    parts = {name: part and GappedText(tuple(part[0]), tuple(part[1])).filled(values) for name, part in body.items()}
    return parts | {"decisions": orjson.loads(parts["decisions"])}
