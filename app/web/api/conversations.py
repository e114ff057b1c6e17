"""Conversations: what people texted back, between the texts they were sent."""

from datetime import datetime
from typing import Any

from flask import Response

from app.domain.errors import InvalidInputError, UnknownError
from app.store.conversations import Conversation, Said, conversation_by_id, list_conversations, texts_of
from app.web.addresses import message_url
from app.web.answers import json_response
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, next_cursor, read_page
from app.web.parts import parts
from app.web.schemas.conversations import ConversationSchema, ConversationSummarySchema

resource = Resource("conversations", "/api/v1/conversations", "What people texted back.")


@resource.view("", answers=page_of(ConversationSummarySchema), asks=PageQuery)
def list_all_conversations() -> Response:
    """List conversations, the one somebody wrote in last first."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        found = list_conversations(session, call.account.id, before=_before(page.cursor), limit=page.reach)
    return answer_page(ConversationSummarySchema(), found, page, key=_key_of, show=_summary)


@resource.view("/<conversation_id>", answers=ConversationSchema, asks=PageQuery)
def show_conversation(conversation_id: str) -> Response:
    """Read a conversation: the texts of both sides, the latest first."""
    call = verify_api()
    page = read_page()
    with parts().reading() as session:
        conversation = conversation_by_id(session, call.account.id, conversation_id)
        if conversation is None:
            raise UnknownError("conversation", conversation_id)
        said = texts_of(session, call.account.id, conversation, before=_before(page.cursor), limit=page.reach)
    more = said[page.limit - 1] if len(said) > page.limit else None
    shown = {
        **_summary(conversation),
        "messages": [_text(one) for one in said[: page.limit]],
        "next_cursor": next_cursor(_key(more.at, more.id)) if more else None,
    }
    return json_response(ConversationSchema().dump(shown))


def _key(at: datetime, row_id: str) -> str:
    return f"{at.isoformat()} {row_id}"


def _key_of(conversation: Conversation) -> str:
    return _key(conversation.last_at, conversation.id)


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    at, _, row_id = cursor.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInputError({"cursor": ["Not a cursor of ours."]})
    return moment, row_id


def _summary(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "contact": {
            "id": conversation.contact_id,
            "phone": conversation.phone,
            "first_name": conversation.first_name,
            "last_name": conversation.last_name,
        },
        "last_at": conversation.last_at,
        "last_text": conversation.last_text,
    }


def _text(said: Said) -> dict[str, Any]:
    return {
        "id": said.id,
        "direction": said.direction,
        "at": said.at,
        "from": said.sender,
        "to": said.recipient,
        "text": said.text,
        "media": said.media,
        "status": said.status,
        "wish": said.wish,
        "url": message_url(said.id) if said.direction == "outbound" else None,
    }
