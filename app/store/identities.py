"""Who is who: people are found again by one rule of identity, stored, and brought up to date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.store.arrivals import has_credited
from app.store.contacts import CONTACT, Contact, ContactRow
from app.store.many_rows import add_columns, among, among_those, change_rows, checked, fetch
from app.store.order_traces import reopen_known

_NOTHING: Mapping[str, Any] = {}
_SAID = ("external_id", "email", "phone", "first_name", "last_name")
_said = attrgetter(*_SAID)


class _People:
    """Contacts that some details may speak of, found again by the one rule of identity."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self.by_id: dict[str, Contact] = {}
        self._by_external_id: dict[str, str] = {}
        self._by_address: dict[tuple[str, str], list[str]] | None = None
        for contact in contacts:
            self.keep(contact)

    def keep(self, contact: Contact) -> None:
        """Remember a contact, new or changed."""
        self.by_id[contact.id] = contact
        if contact.external_id is not None:
            self._by_external_id.setdefault(contact.external_id, contact.id)
        if self._by_address is not None:
            _enter(self._by_address, contact)

    def find(self, details: ContactDetails) -> Contact | None:
        """Return the person: by external id, else by email, else by phone; the oldest of several.

        Somebody found by address or number who has another external id is somebody else.
        """
        if details.external_id in self._by_external_id:
            return self.by_id[self._by_external_id[details.external_id]]
        for kind, value in (("email", details.email), ("phone", details.phone)):
            for contact_id in self._addressed().get((kind, value or ""), ()):
                contact = self.by_id[contact_id]
                known = contact.email if kind == "email" else contact.phone
                if known == value and (details.external_id is None or contact.external_id is None):
                    return contact
        return None

    def _addressed(self) -> dict[tuple[str, str], list[str]]:
        # Where everybody is named by an external id, nobody is looked for by address.
        if self._by_address is None:
            self._by_address = defaultdict(list)
            for contact in self.by_id.values():
                _enter(self._by_address, contact)
        return self._by_address


def _enter(by_address: dict[tuple[str, str], list[str]], contact: Contact) -> None:
    for kind, value in (("email", contact.email), ("phone", contact.phone)):
        if value is not None and contact.id not in by_address[kind, value]:
            by_address[kind, value].append(contact.id)


def _people(
    session: Session, account_id: str, details: Sequence[ContactDetails], *, for_update: bool = False
) -> _People:
    rows = fetch(
        session,
        _SPOKEN_OF_HELD if for_update else _SPOKEN_OF,
        account_id=account_id,
        external_ids=list({one.external_id for one in details if one.external_id is not None}),
        emails=list({one.email for one in details if one.email is not None}),
        phones=list({one.phone for one in details if one.phone is not None}),
    )
    return _People(Contact(*row) for row in rows)


def _named(**columns: InstrumentedAttribute[Any]) -> CompoundSelect[Any]:
    """Select the ids of an account's contacts that have one of the values that a parameter lists for its column."""
    # One look for each column, for of an OR of them a planner without figures makes a walk through all contacts.
    looks = [
        select(ContactRow.id).where(ContactRow.account_id == bindparam("account_id"), among_those(column, name))
        for name, column in columns.items()
    ]
    return union(*looks)


_SPOKEN_OF = (
    select(*CONTACT)
    .where(
        checked(ContactRow.account_id) == bindparam("account_id"),
        ContactRow.id.in_(
            _named(external_ids=ContactRow.external_id, emails=ContactRow.email, phones=ContactRow.phone)
        ),
    )
    .order_by(ContactRow.id)
)
_SPOKEN_OF_HELD = _SPOKEN_OF.with_for_update(key_share=True)
# Who has neither address nor number any more is named by the id.
_KNOWN_BY = _named(emails=ContactRow.email, phones=ContactRow.phone, contact_ids=ContactRow.id)


def find_contact(session: Session, account_id: str, details: ContactDetails) -> Contact | None:
    """Return the person ``details`` speak of: by external id, else by email, else by phone; the oldest of several.

    Somebody found by address or number who has another external id is somebody else.
    """
    return _people(session, account_id, [details]).find(details)


def save_contact(session: Session, account_id: str, details: ContactDetails, now: datetime) -> Contact:
    """Return the person ``details`` speak of, new or brought up to date; what is not said stays."""
    [saved] = save_contacts(session, account_id, [details], now)
    return saved


def save_contacts(session: Session, account_id: str, details: Sequence[ContactDetails], now: datetime) -> list[Contact]:
    """Return the people that ``details`` speak of, in their order; several may speak of the same person."""
    # Held, oldest first: of two calls about one person the later builds on what the earlier wrote.
    people = _people(session, account_id, details, for_update=True)
    before = dict(people.by_id)
    ids = []
    for one in details:
        known = people.find(one)
        contact = _new(one, now) if known is None else _told(known, one)
        if contact is not known:
            people.keep(contact)
        ids.append(contact.id)
    after = people.by_id
    changed = [(known, after[one]) for one, known in sorted(before.items()) if after[one] is not known]
    _change(session, account_id, changed, now)
    new = [one for one in people.by_id.values() if one.id not in before]
    stored = _add(session, account_id, new, now)
    _reopen(session, account_id, [*((None, one) for one in new), *changed])
    return [stored.get(contact_id) or people.by_id[contact_id] for contact_id in ids]


def _new(details: ContactDetails, now: datetime) -> Contact:
    names = (details.external_id, details.email, details.phone, details.first_name, details.last_name)
    return Contact(new_id(), *names, details.fields, now)


def _told(contact: Contact, details: ContactDetails | Contact) -> Contact:
    """Return a contact with what ``details`` say, the very same where they say nothing new; what is not said stays."""
    if not details.fields and _said(details) == _said(contact):
        return contact
    new: dict[str, Any] = {}
    for name in _SAID:
        value = getattr(details, name)
        if value is not None and value != getattr(contact, name):
            new[name] = value
    if details.fields and any(
        name not in contact.fields or contact.fields[name] != value for name, value in details.fields.items()
    ):
        new["fields"] = {**contact.fields, **details.fields}
    return contact._replace(**new) if new else contact


def _identity(contact: Contact) -> str:
    if contact.external_id is not None:
        return f"id:{contact.external_id}"
    known = (("email", contact.email), ("phone", contact.phone), ("contact", contact.id))
    return next(f"{kind}:{value}" for kind, value in known if value is not None)


def _values(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id,
        "external_id": contact.external_id,
        "email": contact.email,
        "phone": contact.phone,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "fields": contact.fields or _NOTHING,
    }


def _add(session: Session, account_id: str, contacts: Sequence[Contact], now: datetime) -> dict[str, Contact]:
    """Store new contacts; return, by the id they were given here, those that another call stored a moment ago."""
    new = {_identity(contact): contact for contact in contacts}
    if not new:
        return {}
    # In one order for everybody, so that two calls never wait for each other.
    columns: dict[str, Sequence[Any]] = {"identity": sorted(new)}
    columns |= zip(Contact._fields, zip(*(new[one] for one in columns["identity"]), strict=True), strict=True)
    columns["fields"] = [fields or _NOTHING for fields in columns["fields"]]
    alike = {"account_id": account_id, "updated_at": now}
    done = add_columns(session, ContactRow, columns, unless_known_by=("account_id", "identity"), alike=alike)
    ahead = {identity: contact for identity, contact in new.items() if contact.id not in done}
    if not ahead:
        return {}
    query = select(ContactRow.identity, *CONTACT).where(
        ContactRow.account_id == account_id, among(ContactRow.identity, ahead)
    )
    stored, changed = {}, []
    for identity, *row in session.execute(query.order_by(ContactRow.id).with_for_update(key_share=True)).all():
        found = Contact(*row)
        told = stored[ahead[identity].id] = _told(found, ahead[identity])
        changed.append((found, told))
    _change(session, account_id, changed, now)
    return stored


def _change(session: Session, account_id: str, contacts: Sequence[tuple[Contact, Contact]], now: datetime) -> None:
    """Write what has changed of contacts, each given as it was and as it is."""
    kept, replaced = [], []
    for before, contact in contacts:
        if contact == before:
            continue
        values = _values(contact)
        if any(known not in (None, now_known) for known, now_known in _addresses(before, contact)):
            replaced.append(values | {"identity": f"contact:{contact.id}"})
        else:
            kept.append(values)
    change_rows(session, ContactRow, account_id, kept, updated_at=now)
    change_rows(session, ContactRow, account_id, replaced, updated_at=now)


def change_contact(
    session: Session, account_id: str, contact_id: str, changes: Mapping[str, Any], now: datetime
) -> Contact | None:
    """Write what changes of one person, by the names of ``Contact``, and return them; None when there is no such one.

    None takes a value away; of the account's own fields, those not named stay.
    """
    query = select(*CONTACT).where(
        ContactRow.account_id == account_id, ContactRow.id == contact_id, ContactRow.erased_at.is_(None)
    )
    row = session.execute(query.with_for_update(key_share=True)).one_or_none()
    if row is None:
        return None
    before = Contact(*row)
    after = before._replace(**{**changes, "fields": {**before.fields, **(changes.get("fields") or {})}})
    _change(session, account_id, [(before, after)], now)
    _reopen(session, account_id, [(before, after)])
    return after


def _reopen(session: Session, account_id: str, people: Sequence[tuple[Contact | None, Contact]]) -> None:
    """Have the sweep look again at what those ordered whose addresses, numbers or ids are others than before."""
    others = [pair for pair in people if pair[0] is None or _known_by(pair[0]) != _known_by(pair[1])]
    if not others or not has_credited(session, account_id):
        return
    known = [_known_by(one) for pair in others for one in pair if one is not None]
    reopen_known(
        session,
        account_id,
        [ContactDetails(*one) for one in known],
        _KNOWN_BY.params(
            account_id=account_id,
            emails=list({email for _, email, _ in known if email is not None}),
            phones=list({phone for _, _, phone in known if phone is not None}),
            contact_ids=[before.id for before, _ in others if before is not None],
        ),
    )


def _known_by(contact: Contact) -> tuple[str | None, str | None, str | None]:
    return contact.external_id, contact.email, contact.phone


def _addresses(before: Contact, contact: Contact) -> tuple[tuple[str | None, str | None], ...]:
    return (before.email, contact.email), (before.phone, contact.phone)
