"""Reports on one link, by what follows ``/-`` in its address, or by an advocate's share code."""

from dataclasses import asdict
from typing import Any

from flask import Response, request

from app.domain.destination import parse_path
from app.domain.errors import UnknownError
from app.domain.visit import LinkKind
from app.store.base import Session
from app.store.behind_figures import ContactFigure
from app.store.contacts import contact_by_id
from app.store.link_figures import Link, LinkFigures, find_link, link_figures
from app.web.callers import verify_api
from app.web.documents import Resource
from app.web.listing import answer_list
from app.web.parts import parts
from app.web.schemas.link_reports import CONTACTS, LinkContactsQuery, LinkFiguresSchema
from app.web.schemas.loading import load
from app.web.schemas.reports import ContactFigureSchema

resource = Resource("link-reports", "/api/v1/reports/links", "What came of one link.")
_MARKS = ("t", "s", "i")
_COUNTS = {"clicked": "clicks"}
"""Where a metric has another name than the figure."""


@resource.view("/<link_id>", answers=LinkFiguresSchema)
def report_link(link_id: str) -> dict[str, Any]:
    """Report what came of one link: the ``{id}`` of ``/-t{id}``, ``/-s{id}`` or ``/-i{id}``, or a share code."""
    call = verify_api()
    with parts().reading() as session:
        link, figures = _found(session, call.account.id, link_id)
    return {"id": link_id, **asdict(link), "advocate": link.share_code, **asdict(figures)}


@resource.view("/<link_id>/contacts", answers=CONTACTS, asks=LinkContactsQuery)
def list_contacts_of_link(link_id: str) -> Response:
    """List who stands behind a figure of a link: the reader whose link it is, or who shared it."""
    call = verify_api()
    metric = load(LinkContactsQuery(), request.args)["metric"]
    with parts().reading() as session:
        link, figures = _found(session, call.account.id, link_id)
        count = getattr(figures, _COUNTS.get(metric, metric))
        contact = contact_by_id(session, call.account.id, link.contact_id)
    if not count or contact is None or figures.first_at is None or figures.last_at is None:
        return answer_list(ContactFigureSchema(), [])
    said = (contact.external_id, contact.email, contact.phone, contact.first_name, contact.last_name)
    row = ContactFigure(contact.id, contact.id, *said, count, figures.first_at, figures.last_at)
    return answer_list(ContactFigureSchema(), [row])


def _found(session: Session, account_id: str, link_id: str) -> tuple[Link, LinkFigures]:
    bare = link_id.removeprefix("-")
    for path in (f"/-{bare}", *(f"/-{mark}{bare}" for mark in _MARKS), f"/{link_id}"):
        address = parse_path(path)
        if address is None or (address.kind is LinkKind.ADVOCATE and path != f"/{link_id}"):
            continue
        link = find_link(session, account_id, address)
        if link is not None:
            return link, link_figures(session, account_id, link)
    raise UnknownError("link", link_id[:200])
