"""What can be done with one message: let a held one go, send one again whose fate nobody knows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import ConflictError, UnknownError
from app.domain.ids import normal_uuid
from app.domain.message import Status
from app.flow.release_message import release_message
from app.flow.resend_message import resend_message
from app.store.accounts import Account
from app.store.base import Session
from app.web.console.signed_in import signed_in
from app.web.parts import parts


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a message's page."""

    endpoint: str
    word: str
    icon: str
    hint: str


class _Flow(Protocol):
    def __call__(self, session: Session, account: Account, message_id: str, *, now: datetime) -> None: ...


_AGAIN = Action(
    "console.resend_message",
    "Send it again",
    "arrow-repeat",
    "Look with the provider first if you can: should it have arrived after all, its reader gets it twice.",
)
_ACTIONS = {
    Status.UNKNOWN: _AGAIN,
    Status.FAILED: replace(_AGAIN, hint="It did not arrive. Sent again, its links stay the same."),
    Status.HELD: Action(
        "console.release_message",
        "Send it now",
        "send",
        "Its links could not be swapped, so it waits. Sent now, it gets tracked links if there is a verified domain by "
        "now, and goes out as it was written if not.",
    ),
}


def actions_on(status: str) -> list[Action]:
    """Return what can be done with a message that stands there."""
    action = _ACTIONS.get(Status(status))
    return [action] if action else []


def release(message_id: str) -> ResponseReturnValue:
    """Send a held message after all."""
    return _queued(message_id, release_message)


def resend(message_id: str) -> ResponseReturnValue:
    """Send a message again whose fate nobody knows, or that failed."""
    return _queued(message_id, resend_message)


def _queued(message_id: str, flow: _Flow) -> ResponseReturnValue:
    known = normal_uuid(message_id)
    if known is None:
        abort(404)
    try:
        with parts().transaction() as session:
            flow(session, signed_in().account, known, now=parts().clock())
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
    else:
        parts().queue.send([known])
        flash("It is on its way.", "success")
    return redirect(url_for("console.message", message_id=known), 303)
