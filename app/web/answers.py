"""What is answered once: a repeated call with the caller's key gets the answer that the first one got.

The key, the work and the answer are one transaction. A call that fails keeps nothing, so a corrected one may come with
the same key. Only after the commit are the workers told; if that fails, a sweep of the database finds the work.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, request

from app.domain.errors import ConflictError
from app.store.base import Session
from app.store.idempotency import keep_answer, reserve_answer
from app.web.callers import Call
from app.web.json_body import fingerprint
from app.web.parts import parts


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers, and whom to wake once that is stored."""

    body: Any
    status: int = 202
    send: Iterable[Sequence[str]] = ()
    """Messages that are due, in batches that may go out together."""
    attribute: dict[str, str] = field(default_factory=dict)
    """An order or a signup to be credited: {"order": id}."""
    secret: str | None = None
    """Answered as ``secret`` beside what ``body`` holds, and never kept in the clear."""


def json_response(body: Any, status: int = 200) -> Response:
    """Return ``body`` as compact JSON in UTF-8, its keys as they stand."""
    return Response(orjson.dumps(body), status, content_type="application/json")


def answer_once(call: Call, body: Any, work: Callable[[Session], Reply], *, writes: bool = True) -> Response:
    """Do ``work`` in one transaction and answer; for a key that was used, answer as before.

    Raises:
        ConflictError: the key was used for another call.
    """
    key = call.key()
    if key is None:
        with (parts().transaction if writes else parts().reading)() as session:
            reply = work(session)
    else:
        digest = fingerprint(request.method, request.path, body)
        with parts().transaction() as session:
            kept = reserve_answer(session, call.account.id, key, digest, parts().clock())
            if kept is None:
                reply = work(session)
                keep_answer(session, call.account.id, key, reply.status, reply.body, secret=reply.secret)
            elif kept.fingerprint == digest:
                reply = Reply(kept.body, kept.status, secret=kept.secret)
            else:
                raise ConflictError("This key was used before for another call.")
    _wake(reply)
    shown = reply.body if reply.secret is None else {**reply.body, "secret": reply.secret}
    return json_response(shown, reply.status)


def _wake(reply: Reply) -> None:
    queue = parts().queue
    if due := list(reply.send):
        queue.send_batches(due)
    for subject, row_id in reply.attribute.items():
        queue.attribute(subject, [row_id])
