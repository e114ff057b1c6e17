"""Suppressions: to whom nothing more is sent, by which channel, why, and what shows it."""

from flask import Response
from marshmallow import Schema, fields

from app.domain.consent import OWN_WISHES, Refusal
from app.domain.errors import UnknownError
from app.domain.message import Channel
from app.flow.suppress_by_hand import lift_by_hand, suppress_by_hand
from app.store.base import Session
from app.store.suppressions import SuppressionRow, list_suppressions, suppression
from app.web.answers import Reply, answer_once
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import PageQuery, answer_page, read_page
from app.web.parts import parts
from app.web.schemas.loading import Loose, load
from app.web.schemas.values import Line

resource = Resource("suppressions", "/api/v1/suppressions", "To whom nothing more is sent, and why.")
_BETWEEN = "\n"
_BY = "an API key"


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
    lifted_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Who of the team; null where its reader did."}
    )


class SuppressionChangeSchema(Loose):
    """An address to which nothing is to be sent."""

    channel = fields.Enum(Channel, by_value=True, required=True)
    address = Line(320, required=True, metadata={"description": "An email address, or a number as E.164."})
    note = Line(320, allow_none=True, metadata={"description": "Why; kept as evidence."})


@resource.view("", answers=page_of(SuppressionSchema), asks=PageQuery)
def list_all_suppressions() -> Response:
    """List who is sent nothing more, by channel and address; what was taken back is listed, too."""
    call = verify_api()
    page = read_page()
    after = tuple((page.cursor or "").split(_BETWEEN, 2))
    with parts().reading() as session:
        found = list_suppressions(session, call.account.id, after=after, limit=page.reach)
    return answer_page(SuppressionSchema(), found, page, key=_key, show=lambda row: row)


@resource.view("", method="POST", answers=SuppressionSchema, status=201, takes=(SuppressionChangeSchema,))
def add_suppression() -> Response:
    """Send nothing more to an address, receipts included; the reason is then ``manual``."""
    call = verify_api()
    body = call.body()
    said = load(SuppressionChangeSchema(), body)

    def work(session: Session) -> Reply:
        channel, note = said["channel"], said.get("note") or ""
        address = suppress_by_hand(
            session, call.account.id, channel, said["address"], by=_BY, source="api", note=note, now=parts().clock()
        )
        row = suppression(session, call.account.id, channel, address, Refusal.MANUAL)
        return Reply(SuppressionSchema().dump(row), 201)

    return answer_once(call, body, work)


@resource.view("/<channel>/<path:address>", method="DELETE", answers=None, status=204)
def lift_suppression(channel: str, address: str) -> None:
    """Send to an address again that was added by hand, or whose mailbox had bounced.

    What people said themselves, they take back themselves: a 409 then.
    """
    call = verify_api()
    with parts().transaction() as session:
        now = parts().clock()
        try:
            reasons = set(Refusal) - OWN_WISHES
            lift_by_hand(session, call.account.id, channel, address, reasons, by=_BY, now=now)
        except UnknownError:
            lift_by_hand(session, call.account.id, channel, address, OWN_WISHES, by=_BY, now=now)


def _key(row: SuppressionRow) -> str:
    return _BETWEEN.join((row.channel, row.address, row.reason))
