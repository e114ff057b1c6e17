"""Suppressions: to whom nothing more is sent, by which channel, why, and what shows it."""

from flask import Response
from marshmallow import Schema, fields

from app.domain.consent import Refusal
from app.domain.message import Channel
from app.store.suppressions import SuppressionRow, list_suppressions
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts

resource = Resource("suppressions", "/api/v1/suppressions", "To whom nothing more is sent, and why.")
_BETWEEN = "\n"


class SuppressionSchema(Schema):
    """One reason for which one address gets nothing by one channel."""

    channel = fields.String(required=True, metadata={"enum": [channel.value for channel in Channel]})
    address = fields.String(required=True)
    reason = fields.String(required=True, metadata={"enum": [refusal.value for refusal in Refusal]})
    source = fields.String(required=True, metadata={"description": "page, or the provider and its word for it."})
    message_id = fields.String(required=True, allow_none=True)
    evidence = fields.Dict(required=True, metadata={"description": "The call, the words or the code that show it."})
    at = fields.DateTime(required=True)
    lifted_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When it was taken back; null while it stands."}
    )


@resource.view("", answers=page_of(SuppressionSchema), asks=PageQuery)
def list_all_suppressions() -> Response:
    """List who is sent nothing more, by channel and address; what was taken back is listed, too."""
    call = verify_api()
    page = read_page()
    after = tuple((page.cursor or "").split(_BETWEEN, 2))
    with parts().reading() as session:
        found = list_suppressions(session, call.account.id, after=after, limit=page.reach)
    return answer_page(SuppressionSchema(), found, page, key=_key, show=lambda row: row)


def _key(row: SuppressionRow) -> str:
    return _BETWEEN.join((row.channel, row.address, row.reason))
