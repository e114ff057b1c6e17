"""Contacts: the people of the account."""

from flask import Response

from app.domain.errors import InvalidInputError, UnknownError
from app.flow.erase_contact import erase_contact
from app.store.base import Session
from app.store.contacts import Contact, contact_by_id, list_contacts
from app.store.identities import change_contact, find_contact, save_contact
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import PersonChangeSchema, PersonSchema
from app.web.schemas.trigger import ContactSchema

resource = Resource("contacts", "/api/v1/contacts", "The people of the account.")


@resource.view("", answers=page_of(PersonSchema), asks=PageQuery)
def list_all_contacts() -> Response:
    """List contacts in the order in which they came."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_contacts(session, call.account.id, after=page.cursor, limit=page.reach)
    return answer_page(PersonSchema(), found, page, key=lambda contact: contact.id, show=lambda contact: contact)


@resource.view("", method="POST", answers=PersonSchema, status=201, may_exist=True, takes=(ContactSchema,))
def save_a_contact() -> Response:
    """Store a person, found again by external_id, else email, else phone: 201 for a new one, 200 for a known one.

    What is not said of a known person stays.
    """
    call = verify_api()
    body = call.body()
    details = load(ContactSchema(), body)
    if details.external_id is None and details.email is None and details.phone is None:
        raise InvalidInputError({"email": ["Give an email, a phone or an external_id."]})

    def work(session: Session) -> Reply:
        is_known = find_contact(session, call.account.id, details) is not None
        saved = save_contact(session, call.account.id, details, parts().clock())
        return Reply(PersonSchema().dump(saved), 200 if is_known else 201)

    return answer_once(call, body, work)


@resource.view("/<contact_id>", method="PATCH", answers=PersonSchema, takes=(PersonChangeSchema,))
def change_a_contact(contact_id: str) -> Contact:
    """Change a person; messages that wait go where they were to go."""
    call = verify_api()
    changes = load(PersonChangeSchema(), call.body())
    with parts().transaction() as session:
        contact = change_contact(session, call.account.id, contact_id, changes, parts().clock())
    if contact is None:
        raise UnknownError("contact", contact_id)
    return contact


@resource.view("/<contact_id>", method="DELETE", answers=None, status=204)
def erase_a_contact(contact_id: str) -> Response:
    """Erase a person: name, addresses, fields, what was written to and by them, and where they clicked.

    What was counted and earned stays, without them; a share code that was their name becomes another. Whoever said stop
    is sent nothing later on either, known again by a hash alone. Erasing them again answers 204, too.
    """
    call = verify_api()
    with parts().transaction() as session:
        erase_contact(session, call.account.id, contact_id, now=parts().clock())
    return Response(status=204)


@resource.view("/<contact_id>", answers=PersonSchema)
def show_contact(contact_id: str) -> Contact:
    """Read a contact."""
    call = verify_api()
    with parts().reading() as session:
        contact = contact_by_id(session, call.account.id, contact_id)
    if contact is None:
        raise UnknownError("contact", contact_id)
    return contact
