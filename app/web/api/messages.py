"""Messages: what was sent to whom, and what happened to it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from marshmallow import fields

from app.domain.errors import UnknownError
from app.domain.message import Channel
from app.flow.release_message import release_message
from app.flow.resend_message import resend_message
from app.store.base import Session
from app.store.messages import MessageRow, events_of, list_messages, message_by_id
from app.web.addresses import message_url
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.campaign_keys import campaign_keys
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import Loose, load
from app.web.schemas.records import MessageSchema, MessageSummarySchema

resource = Resource("messages", "/api/v1/messages", "What was sent, and what happened to it.")


class ChannelQuery(Loose):
    """Messages of one channel only."""

    channel = fields.Enum(Channel, by_value=True)


class MessageListQuery(PageQuery, ChannelQuery):
    """Which part of the list."""


@resource.view("", answers=page_of(MessageSummarySchema), asks=MessageListQuery)
def list_all_messages() -> Response:
    """List messages without their bodies, the newest first."""
    call = verify_api()
    page = read_page()
    channel = load(ChannelQuery(), request.args).get("channel")
    with parts().reading() as session:
        found = list_messages(session, call.account.id, before=page.cursor, limit=page.reach, channel=channel)
        keys = campaign_keys(session, call.account.id, (row.campaign_id for row in found))
    return answer_page(
        MessageSummarySchema(), found, page, key=lambda row: row.id, show=lambda row: _summary(row, keys)
    )


@resource.view("/<message_id>", answers=MessageSchema)
def show_message(message_id: str) -> dict[str, Any]:
    """Read a message: its body exactly as sent, each link's decision, and what happened to it."""
    call = verify_api()
    with parts().reading() as session:
        row = message_by_id(session, call.account.id, message_id)
        if row is None:
            raise UnknownError("message", message_id)
        events = events_of(session, call.account.id, row.id)
        keys = campaign_keys(session, call.account.id, [row.campaign_id])
    return {
        **_summary(row, keys),
        "html": row.html,
        "text": row.text,
        "tracking": {"smart_urls": row.untracked_reason is None, "reason": row.untracked_reason},
        "links": row.decisions or [],
        "events": [{"type": kind, "at": at.isoformat(), **detail} for kind, at, detail in events],
    }


@resource.view("/<message_id>/release", method="POST", answers=MessageSummarySchema, status=202)
def release(message_id: str) -> Response:
    """Send a held message after all: its links swapped if there is a domain by now, as it was if not."""
    call = verify_api()

    def work(session: Session) -> Reply:
        release_message(session, call.account, message_id, now=parts().clock())
        row = message_by_id(session, call.account.id, message_id)
        if row is None:
            raise UnknownError("message", message_id)
        keys = campaign_keys(session, call.account.id, [row.campaign_id])
        return Reply(MessageSummarySchema().dump(_summary(row, keys)), send=[[row.id]])

    return answer_once(call, call.body() if call.raw else {}, work)


@resource.view("/<message_id>/resend", method="POST", answers=MessageSummarySchema, status=202)
def resend(message_id: str) -> Response:
    """Send a message again whose fate is unknown, or that failed; nothing else ever repeats one."""
    call = verify_api()

    def work(session: Session) -> Reply:
        resend_message(session, call.account, message_id, now=parts().clock())
        row = message_by_id(session, call.account.id, message_id)
        if row is None:
            raise UnknownError("message", message_id)
        keys = campaign_keys(session, call.account.id, [row.campaign_id])
        return Reply(MessageSummarySchema().dump(_summary(row, keys)), send=[[row.id]])

    return answer_once(call, call.body() if call.raw else {}, work)


def _summary(row: MessageRow, keys: Mapping[str | None, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": message_url(row.id),
        "channel": row.channel,
        "status": row.status,
        "to": row.recipient,
        "from": row.sender,
        "subject": row.subject,
        "goal": row.goal,
        "template": row.template,
        "automation": row.automation,
        "campaign": keys.get(row.campaign_id),
        "contact_id": row.contact_id,
        "provider": row.provider,
        "provider_id": row.provider_id,
        "error": row.error,
        "created_at": row.created_at,
        "send_at": row.send_at,
        "sent_at": row.sent_at,
    }
