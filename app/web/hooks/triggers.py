"""Triggers: an automation platform asks for a message, or for a thousand."""

from typing import Any

from flask import Response

from app.domain.errors import InvalidInputError, ThroughlineError
from app.domain.mailing import in_batches
from app.domain.message import Trigger
from app.flow.accept_trigger import Accepted, accept_trigger, accept_triggers
from app.store.base import Session
from app.web import problems
from app.web.addresses import message_url
from app.web.answers import Reply, answer_once
from app.web.callers import Call, verify_hook
from app.web.hooks.routes import hook
from app.web.parts import parts
from app.web.schemas.replies import AcceptedReply, TriggerList
from app.web.schemas.trigger import MOST_TRIGGERS, TriggerSchema, read_trigger

resource = hook("triggers", "An automation platform asks for messages.")


@resource.view("/triggers", method="POST", answers=AcceptedReply, status=202, takes=(TriggerSchema, TriggerList))
def receive_triggers(account: str) -> Response:
    """Have a message sent, or up to a thousand.

    Answered once they are safe in the store; sending comes later. In a list, a bad trigger does not stop the others.
    """
    call = verify_hook(account)
    body = call.body()
    if "triggers" in body:
        # Before the transaction: on SQLite nobody else writes while it is open.
        read = _read_all(_listed(body), call.key())
        return answer_once(call, body, lambda session: _accept_all(session, call, read))
    trigger = read_trigger(body, key=call.key())

    def work(session: Session) -> Reply:
        accepted = accept_trigger(session, call.account, trigger, now=parts().clock())
        return Reply({"message": _message(accepted, message_url(""))}, send=_due([accepted]))

    return answer_once(call, body, work)


def _listed(body: dict[str, Any]) -> list[Any]:
    errors = {name[:200]: ["Unknown field."] for name in list(body)[:10] if name != "triggers"}
    triggers = body["triggers"]
    if not isinstance(triggers, list):
        errors["triggers"] = ["Give a list of triggers."]
    elif not 1 <= len(triggers) <= MOST_TRIGGERS:
        errors["triggers"] = [f"Give 1 to {MOST_TRIGGERS} triggers at once."]
    if errors:
        raise InvalidInputError(errors)
    return list(triggers)


def _read_all(triggers: list[Any], key: str | None) -> list[Trigger | ThroughlineError]:
    read: list[Trigger | ThroughlineError] = []
    for index, body in enumerate(triggers):
        try:
            # Under the call's key each happens once for ever, not only as long as the call's answer is kept.
            read.append(read_trigger(body, key=f"{key} {index}" if key else None, path=f"triggers.{index}"))
        except ThroughlineError as error:
            read.append(error)
    return read


def _accept_all(session: Session, call: Call, read: list[Trigger | ThroughlineError]) -> Reply:
    """Accept each trigger by itself; one that is refused leaves nothing behind."""
    good = [trigger for trigger in read if isinstance(trigger, Trigger)]
    stored = iter(accept_triggers(session, call.account, good, now=parts().clock()))
    results = [next(stored) if isinstance(one, Trigger) else one for one in read]
    accepted = [one for one in results if isinstance(one, Accepted)]
    place = message_url("")
    return Reply({"results": [_result(one, index, place) for index, one in enumerate(results)]}, send=_due(accepted))


def _result(result: Accepted | ThroughlineError, index: int, place: str) -> dict[str, Any]:
    if isinstance(result, Accepted):
        return {"status": 202, "message": _message(result, place)}
    if isinstance(result, InvalidInputError):
        result = result.within(f"triggers.{index}")
    problem = problems.describe(result)
    return {"status": problem["status"], "problem": problem}


def _due(stored: list[Accepted]) -> list[list[str]]:
    """Return those to be sent now, in batches that may go out together."""
    return in_batches((one.message_id, one.kind) for one in stored if one.is_new and one.is_due)


def _message(accepted: Accepted, place: str) -> dict[str, Any]:
    return {
        "id": accepted.message_id,
        "status": accepted.status,
        "reason": accepted.suppressed_reason,
        "url": place + accepted.message_id,
        "tracking": {"smart_urls": accepted.untracked_reason is None, "reason": accepted.untracked_reason},
    }
