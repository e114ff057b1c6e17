"""Reports: what messages and platforms earned, who came, and who stands behind each figure."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from marshmallow import Schema

from app.domain.behind import MessageMetric
from app.domain.counting import Span, read_span
from app.store.base import Session
from app.store.behind_figures import ContactFigure, behind_channels, behind_messages
from app.store.campaigns import campaign_by_key
from app.store.reports import channel_report, message_report
from app.store.visits import VisitFilter, visitor_report
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import Page, answer_list, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.link_reports import CONTACTS
from app.web.schemas.loading import load
from app.web.schemas.reports import (
    ChannelContactsQuery,
    ChannelFiguresSchema,
    ContactFigureSchema,
    FiguresQuery,
    MessageContactsQuery,
    MessageFiguresSchema,
    MessagesQuery,
    VisitSchema,
    VisitsQuery,
)

resource = Resource("reports", "/api/v1/reports", "What was earned, and by what.")
_NONE = "none"
"""In an address: inline messages, which have no template; links without a platform."""
_UNKNOWN = "-"
"""An id that no campaign has."""


@resource.view("/messages", answers=page_of(MessageFiguresSchema), asks=MessagesQuery)
def report_messages() -> Response:
    """Report what the messages of each template did; machines stand apart."""
    call = verify_api()
    query = _query(MessagesQuery())
    span = _span(query, call.account.time_zone)
    with parts().reading() as session:
        narrowed = _narrowed(session, call.account.id, query)
        rows = message_report(session, call.account.id, span=span, channel=query.get("channel"), narrowed=narrowed)
    return answer_list(MessageFiguresSchema(), rows)


@resource.view("/messages/<path:template>/contacts", answers=CONTACTS, asks=MessageContactsQuery)
def list_contacts_of_messages(template: str) -> Response:
    """List the contacts behind a figure of the message report; ``none`` for the messages without a template."""
    call = verify_api()
    query, page = _query(MessageContactsQuery()), read_page()
    span = _span(query, call.account.time_zone)
    channel = {"channel": query["channel"].value} if "channel" in query else {}
    with parts().reading() as session:
        narrowed = _narrowed(session, call.account.id, query) | channel
        narrowed |= {"template": "" if template == _NONE else template}
        found = behind_messages(
            session,
            call.account.id,
            query["metric"],
            span=span,
            narrowed=narrowed,
            after=page.cursor,
            limit=page.reach,
        )
    return _answer_contacts(found, page)


@resource.view("/channels", answers=page_of(ChannelFiguresSchema), asks=FiguresQuery)
def report_channels() -> Response:
    """Report what came of sharing on each platform."""
    call = verify_api()
    query = _query(FiguresQuery())
    span = _span(query, call.account.time_zone)
    with parts().reading() as session:
        narrowed = _narrowed(session, call.account.id, query)
        rows = channel_report(session, call.account.id, span=span, narrowed=narrowed)
    return answer_list(ChannelFiguresSchema(), rows)


@resource.view("/channels/<platform>/contacts", answers=CONTACTS, asks=ChannelContactsQuery)
def list_contacts_of_channels(platform: str) -> Response:
    """List who shared the links behind a figure of the channel report; ``none`` for links without a platform."""
    call = verify_api()
    query, page = _query(ChannelContactsQuery()), read_page()
    span = _span(query, call.account.time_zone)
    with parts().reading() as session:
        narrowed = _narrowed(session, call.account.id, query)
        narrowed |= {"platform": "" if platform == _NONE else platform}
        found = behind_channels(
            session,
            call.account.id,
            query["metric"],
            span=span,
            narrowed=narrowed,
            after=page.cursor,
            limit=page.reach,
        )
    return _answer_contacts(found, page)


@resource.view("/visitors", answers=page_of(VisitSchema), asks=VisitsQuery)
def report_visitors() -> Response:
    """Report every visit, the newest first; machines are marked, not left out."""
    call = verify_api()
    query, page = _query(VisitsQuery()), read_page()
    platform = query.get("platform")
    wanted = VisitFilter(
        span=_span(query, call.account.time_zone),
        campaign=query.get("campaign"),
        advocate=query.get("advocate"),
        platform="" if platform == _NONE else platform,
        verdict=query.get("verdict"),
    )
    with parts().reading() as session:
        rows = visitor_report(
            session,
            call.account.id,
            before=page.cursor,
            limit=page.reach,
            wanted=wanted,
            country=parts().country,
        )
    return answer_page(VisitSchema(), rows, page, key=lambda row: str(row["id"]), show=lambda row: row)


def _query(schema: Schema) -> dict[str, Any]:
    values: dict[str, Any] = load(schema, request.args)
    return values


def _span(query: Mapping[str, Any], zone: str) -> Span:
    return read_span(query.get("first"), query.get("last"), query.get("zone", zone))


def _narrowed(session: Session, account_id: str, query: Mapping[str, Any]) -> dict[str, str]:
    """Return what figures are narrowed by, by the counters' names."""
    narrowed = {name: query[name] for name in ("automation", "template", "platform") if name in query}
    if "currency" in query and query.get("metric") == MessageMetric.REVENUE:
        narrowed["currency"] = query["currency"].upper()
    if "campaign" in query:
        campaign = campaign_by_key(session, account_id, query["campaign"])
        narrowed["campaign_id"] = campaign.id if campaign else _UNKNOWN
    return narrowed


def _answer_contacts(found: list[ContactFigure], page: Page[Any]) -> Response:
    return answer_page(ContactFigureSchema(), found, page, key=lambda row: row.key, show=lambda row: row)
