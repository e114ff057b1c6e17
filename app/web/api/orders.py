"""Orders by the shop's own numbers, and who earned them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from app.domain.attribution import Standing
from app.domain.errors import UnknownError
from app.domain.money import from_minor
from app.flow.explain_credit import explain_order, source_place
from app.store.base import Session
from app.store.order_names import find_order
from app.store.order_states import state_of
from app.store.orders import OrderRow, list_credited
from app.web.addresses import order_url
from app.web.api.attribution import shown_attributions, shown_explanation
from app.web.callers import verify_api
from app.web.documents import Resource, page_of
from app.web.listing import answer_page, read_page
from app.web.parts import parts
from app.web.schemas.credited import OrderRecordSchema, OrdersQuery, WhySchema
from app.web.schemas.loading import load

resource = Resource("orders", "/api/v1/orders", "Orders, and who earned them.")


@resource.view("", answers=page_of(OrderRecordSchema), asks=OrdersQuery)
def list_all_orders() -> Response:
    """List orders, the newest first; with ``status=unattributed`` those that nobody earned, each with the reason."""
    call = verify_api()
    page = read_page()
    wanted = load(OrdersQuery(only=("status",)), request.args).get("status")
    by = "standing" if wanted in {standing.value for standing in Standing} else "status"
    with parts().reading() as session:
        found = list_credited(session, OrderRow, call.account.id, before=page.cursor, limit=page.reach, **{by: wanted})
        shown = dict(zip((row.id for row in found), _shown(session, call.account.id, found), strict=True))
    return answer_page(OrderRecordSchema(), found, page, key=lambda row: row.id, show=lambda row: shown[row.id])


@resource.view("/<path:order_id>", answers=OrderRecordSchema)
def show_order(order_id: str) -> dict[str, Any]:
    """Read an order by the shop's own number, or by that of its payment, with its attribution."""
    call = verify_api()
    with parts().reading() as session:
        row = find_order(session, call.account.id, order_id)
        if row is None:
            raise UnknownError("order", order_id)
        return _shown(session, call.account.id, [row])[0]


@resource.view("/<path:order_id>/why", answers=WhySchema)
def explain(order_id: str) -> dict[str, Any]:
    """Read in sentences how the credit of an order came about, oldest step first, the verdict last."""
    call = verify_api()
    with parts().reading() as session:
        explained = explain_order(session, call.account, order_id)
    if explained is None:
        raise UnknownError("order", order_id)
    return {"order_id": order_id, **shown_explanation(explained)}


def _shown(session: Session, account_id: str, rows: Sequence[OrderRow]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.order_id,
            "order_id": row.order_id,
            "url": order_url(row.order_id),
            "status": row.status,
            "total": from_minor(row.total_minor, row.currency),
            "refunded_total": from_minor(row.refunded_minor, row.currency),
            "net_total": from_minor(state_of(row).net_minor, row.currency),
            "currency": row.currency,
            "email": row.email,
            "phone": row.phone,
            "external_id": row.external_id,
            "mbsy": row.mbsy,
            "mbsy_source": row.mbsy_source,
            "placed_at": row.at,
            "created_at": row.created_at,
            "shop": row.shop,
            "source_place": source_place(row),
            "discount_codes": row.discount_codes or [],
            "is_disputed": row.is_disputed,
            "conflicts": row.conflicts or [],
            "attribution": attribution,
        }
        for row, attribution in zip(rows, shown_attributions(session, account_id, rows), strict=True)
    ]
