"""One order: the drawn chain that says why it is credited as it is."""

from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.money import from_minor
from app.flow.explain_credit import Sentence, explain_order
from app.store.orders import OrderRow
from app.web.console.moments import Moment, moment
from app.web.console.orders import standing_label
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, money_words
from app.web.parts import parts

_KINDS = {
    "missing": Label("Missing", "quiet", "question-circle"),
    "message": Label("Message", "info", "send"),
    "share": Label("Share", "good", "share"),
    "click": Label("Click", "good", "cursor"),
    "order": Label("Order", "good", "bag-check"),
    "verdict": Label("Verdict", "quiet", "info-circle"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain."""

    label: Label
    at: Moment | None
    note: str
    """What stands there where no moment is known."""
    words: str
    url: str


def show(order_id: str) -> ResponseReturnValue:
    """Show the chain behind an order."""
    account = signed_in().account
    with parts().reading() as session:
        explained = explain_order(session, account, order_id) if len(order_id) <= 1000 else None
    if explained is None:
        abort(404)
    order = explained.row
    *steps, verdict = explained.sentences
    return render_template(
        "console/order.html",
        number=order.order_id,
        total=_total(order),
        standing=standing_label(order.standing),
        steps=[_step(sentence, account.time_zone) for sentence in steps],
        verdict=verdict.text,
    )


def _total(order: OrderRow) -> str:
    total = money_words(from_minor(order.total_minor, order.currency), order.currency)
    back = money_words(from_minor(order.refunded_minor, order.currency), order.currency)
    return f"{total}, {back} refunded" if order.refunded_minor else total


def _step(sentence: Sentence, zone: str) -> Step:
    is_message = sentence.kind == "message" and sentence.id is not None
    return Step(
        label=_KINDS.get(sentence.kind, _KINDS["verdict"]),
        at=moment(sentence.at, zone=zone, now=parts().clock()) if sentence.at else None,
        note="Not seen" if sentence.kind == "share" else "",
        words=sentence.text,
        url=url_for("console.message", message_id=sentence.id) if is_message else "",
    )
