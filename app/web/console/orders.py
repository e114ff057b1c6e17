"""Orders: what the shop told, and whom each is credited to."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.attribution import REASONS, Reason, Standing
from app.domain.ids import normal_uuid
from app.domain.money import from_minor
from app.store.orders import OrderRow, list_credited
from app.web.console.moments import Moment, moment
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, money_words
from app.web.parts import parts

_PAGE = 50
_STANDING = {
    Standing.ATTRIBUTED: Label("Credited", "good", "check2-circle"),
    Standing.UNATTRIBUTED: Label("Not credited", "quiet", "dash"),
    Standing.PENDING: Label("Waiting", "wait", "hourglass-split"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One order of the list."""

    number: str
    url: str
    at: Moment
    total: str
    refunded: str
    standing: Label
    reason: str
    platform: str


def show() -> ResponseReturnValue:
    """Show one page of orders, the newest first."""
    account = signed_in().account
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        found = list_credited(session, OrderRow, account.id, before=before, limit=_PAGE + 1)
    return render_template(
        "console/orders.html",
        lines=[_line(row, account.time_zone) for row in found[:_PAGE]],
        newest=url_for("console.orders") if before else None,
        older=url_for("console.orders", before=found[_PAGE - 1].id) if len(found) > _PAGE else None,
        hook=f"{parts().public_url}/hooks/{account.slug}/orders",
    )


def standing_label(standing: str) -> Label:
    """Return whether an order is credited to anybody."""
    return _STANDING[Standing(standing)]


def _line(row: OrderRow, zone: str) -> Line:
    refunded = money_words(from_minor(row.refunded_minor, row.currency), row.currency) if row.refunded_minor else ""
    return Line(
        number=row.order_id,
        url=url_for("console.order", order_id=row.order_id),
        at=moment(row.at, zone=zone, now=parts().clock()),
        total=money_words(from_minor(row.total_minor, row.currency), row.currency),
        refunded=refunded,
        standing=standing_label(row.standing),
        reason=REASONS[Reason(row.reason)] if row.reason else "",
        platform=platform_name(row.platform) if row.platform else "",
    )
