"""Preview: what a trigger would send; nothing is stored, nothing is sent."""

from dataclasses import asdict
from typing import Any

from flask import Response

from app.flow.preview_message import Preview, preview_message
from app.store.base import Session
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.documents import Resource
from app.web.parts import parts
from app.web.schemas.records import PreviewSchema
from app.web.schemas.trigger import TriggerSchema, read_trigger

resource = Resource("preview", "/api/v1/preview", "What a trigger would send.")


@resource.view("", method="POST", answers=PreviewSchema, takes=(TriggerSchema,))
def preview() -> Response:
    """Show what a trigger would send, link by link; nothing is stored and nothing is sent."""
    call = verify_api()
    body = call.body()
    trigger = read_trigger(body, key=None)

    def work(session: Session) -> Reply:
        own = parts()
        shown = preview_message(
            session, call.account, trigger, now=own.clock(), link_port=own.link_port, public_url=own.public_url
        )
        return Reply(_shown(shown), 200)

    return answer_once(call, body, work, writes=False)


def _shown(preview: Preview) -> dict[str, Any]:
    before, after = preview.segments_before, preview.segments_after
    return {
        "subject": preview.subject,
        "html": preview.html,
        "text": preview.text,
        "before": {"subject": preview.before.subject, "html": preview.before.html, "text": preview.before.text},
        "links": [asdict(link) for link in preview.links],
        "sms": {"encoding": after.encoding, "segments_before": before.count, "segments_after": after.count}
        if before and after
        else None,
        "warnings": [asdict(warning) for warning in preview.warnings],
        "tracking": {"smart_urls": preview.untracked_reason is None, "reason": preview.untracked_reason},
    }
