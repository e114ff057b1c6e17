"""What an order or a signup lacked to be credited, piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import minted_at
from app.domain.visit import Verdict
from app.store.base import Session
from app.store.campaigns import advocate_by_share_code
from app.store.clicks import ClickRow, click_row
from app.store.orders import OrderRow, SignupRow
from app.store.retention import visits_kept_since


@dataclass(frozen=True, slots=True)
class Lack:
    """One piece of evidence that did not suffice."""

    at: datetime | None
    id: str | None
    text: str


def explain_missing(session: Session, row: OrderRow | SignupRow) -> tuple[Lack, ...]:
    """Return what was looked at, in the order in which it was, and why none of it was enough."""
    return (*_named_click(session, row), *_share_code(session, row), *_person(row))


def _named_click(session: Session, row: OrderRow | SignupRow) -> Iterator[Lack]:
    if not row.mbsy_source:
        yield Lack(None, None, "No click is named: no mbsy_source came with it.")
        return
    click = click_row(session, row.account_id, row.mbsy_source)
    if click is None:
        why = "which was let go of since" if _is_let_go(session, row) else "which has not come in"
        yield Lack(None, row.mbsy_source, f"It names the click {row.mbsy_source}, {why}.")
    else:
        yield Lack(click.at, click.id, f"It names the click {click.id}, {_trouble(click)}")


def _is_let_go(session: Session, row: OrderRow | SignupRow) -> bool:
    kept_since, made = visits_kept_since(session, row.account_id), minted_at(row.mbsy_source or "")
    return kept_since is not None and made is not None and made < kept_since


def _trouble(click: ClickRow) -> str:
    if click.verdict == Verdict.HUMAN:
        return "which was on a link that the same person had shared."
    signs = f" ({', '.join(click.signals)})" if click.signals else ""
    return f"which was no person's: its verdict is {click.verdict}{signs}."


def _share_code(session: Session, row: OrderRow | SignupRow) -> Iterator[Lack]:
    codes = row.discount_codes or [] if isinstance(row, OrderRow) else []
    advocate = advocate_by_share_code(session, row.account_id, row.mbsy) if row.mbsy else None
    if row.mbsy:
        brought = "whose links brought no other person's click in the window" if advocate else "which is nobody's"
        yield Lack(None, advocate.id if advocate else None, f"It names the share code {row.mbsy!r}, {brought}.")
    else:
        yield Lack(None, None, "No share code is named: no mbsy came with it.")
    if codes and advocate is None:
        listed = ", ".join(map(repr, codes))
        whose = (
            "are no one advocate's"
            if row.named_advocate_id is None
            else "are an advocate's, whose links brought no click"
        )
        yield Lack(None, row.named_advocate_id, f"The discount codes ({listed}) {whose}.")


def _person(row: OrderRow | SignupRow) -> Iterator[Lack]:
    if row.contact_id:
        yield Lack(None, row.contact_id, "The person is a known contact, who clicked no message in the window.")
    elif isinstance(row, OrderRow) and (row.email or row.phone or row.external_id):
        yield Lack(None, None, "Its email, phone or customer number is no known contact's.")
    else:
        yield Lack(None, None, "It says nothing of the person: no email, no phone, no customer number.")
