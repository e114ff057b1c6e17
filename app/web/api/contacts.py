"""Contacts: the people of the account."""

from flask import Response

from app.domain.errors import UnknownError
from app.store.contacts import Contact, contact_by_id, list_contacts
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.resources import PersonSchema

resource = Resource("contacts", "/api/v1/contacts", "The people of the account.")


@resource.view("", answers=page_of(PersonSchema), asks=PageQuery)
def list_all_contacts() -> Response:
    """List contacts in the order in which they came."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_contacts(session, call.account.id, after=page.cursor, limit=page.reach)
    return answer_page(PersonSchema(), found, page, key=lambda contact: contact.id, show=lambda contact: contact)


@resource.view("/<contact_id>", answers=PersonSchema)
def show_contact(contact_id: str) -> Contact:
    """Read a contact."""
    call = verify_api()
    with parts().reading() as session:
        contact = contact_by_id(session, call.account.id, contact_id)
    if contact is None:
        raise UnknownError("contact", contact_id)
    return contact
