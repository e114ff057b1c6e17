"""What can be done with one message: let a held one go."""

from dataclasses import dataclass

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import ConflictError, UnknownError
from app.domain.ids import normal_uuid
from app.domain.message import Status
from app.flow.release_message import release_message
from app.web.console.signed_in import signed_in
from app.web.parts import parts


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a message's page."""

    endpoint: str
    word: str
    icon: str
    hint: str


_ACTIONS = {
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
    known = normal_uuid(message_id)
    if known is None:
        abort(404)
    try:
        with parts().transaction() as session:
            release_message(session, signed_in().account, known, now=parts().clock())
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
    else:
        parts().queue.send([known])
        flash("It is on its way.", "success")
    return redirect(url_for("console.message", message_id=known), 303)
