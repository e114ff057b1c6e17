"""Reports: what messages and platforms earned, and who came."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from app.domain.counting import Span, read_span
from app.store.reports import channel_report, message_report, visitor_report
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_list, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.reports import (
    ChannelFiguresSchema,
    MessageFiguresSchema,
    MessagesQuery,
    SpanQuery,
    VisitSchema,
)

resource = Resource("reports", "/api/v1/reports", "What was earned, and by what.")


@resource.view("/messages", answers=page_of(MessageFiguresSchema), asks=MessagesQuery)
def report_messages() -> Response:
    """Report what the messages of each template did; machines stand apart."""
    call = verify_api()
    query = load(MessagesQuery(), request.args)
    span = _span(query, call.account.time_zone)
    with parts().reading() as session:
        rows = message_report(session, call.account.id, span=span, channel=query.get("channel"))
    return answer_list(MessageFiguresSchema(), rows)


@resource.view("/channels", answers=page_of(ChannelFiguresSchema), asks=SpanQuery)
def report_channels() -> Response:
    """Report what came of sharing on each platform."""
    call = verify_api()
    span = _span(load(SpanQuery(), request.args), call.account.time_zone)
    with parts().reading() as session:
        rows = channel_report(session, call.account.id, span=span)
    return answer_list(ChannelFiguresSchema(), rows)


@resource.view("/visitors", answers=page_of(VisitSchema), asks=PageQuery)
def report_visitors() -> Response:
    """Report every visit, the newest first; machines are marked, not left out."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        rows = visitor_report(session, call.account.id, before=page.cursor, limit=page.reach)
    return answer_page(VisitSchema(), rows, page, key=lambda row: str(row["id"]), show=lambda row: row)


def _span(query: Mapping[str, Any], zone: str) -> Span:
    return read_span(query.get("first"), query.get("last"), query.get("zone", zone))
