"""Orders: a shop, or whoever speaks for it, tells what was bought."""

from flask import Response

from app.flow.record_order import record_order
from app.store.base import Session
from app.web.addresses import order_url
from app.web.answers import Reply, answer_once
from app.web.callers import verify_hook
from app.web.hooks.routes import hook
from app.web.parts import parts
from app.web.schemas.order import AmbassadorOrderSchema, OrderSchema, read_order
from app.web.schemas.replies import OrderReply

resource = hook("orders", "A shop tells of its orders.")


@resource.view("/orders", method="POST", answers=OrderReply, status=202, takes=(OrderSchema, AmbassadorOrderSchema))
def receive_order(account: str) -> Response:
    """Tell of an order: placed, paid, refunded or cancelled.

    The notices of one order may come in any sequence. Who earned it is worked out later.
    """
    call = verify_hook(account)
    body = call.body()
    notice = read_order(body)

    def work(session: Session) -> Reply:
        row_id = record_order(session, call.account, notice, now=parts().clock())
        answer = {"order": {"id": notice.order_id, "url": order_url(notice.order_id)}}
        return Reply(answer, attribute={"order": row_id})

    return answer_once(call, body, work)
