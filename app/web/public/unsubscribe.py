"""The page on which a reader says stop, and takes it back.

Reading it changes nothing, for mail scanners and previews follow every link. A POST does: from the page's own button,
or from a mail program's, which sends ``List-Unsubscribe=One-Click`` without cookie or login. What a POST carries is not
read: its address says who stops, and no reader should go on getting mail because a program worded it differently.
Source: https://www.rfc-editor.org/rfc/rfc8058
"""

from collections.abc import Callable

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from app.domain.consent import Refusal
from app.domain.masking import masked
from app.domain.message import Channel
from app.domain.stop_tokens import message_of_token
from app.flow.resubscribe import resubscribe
from app.flow.unsubscribe import unsubscribe
from app.store.base import Session
from app.store.columns import Encrypted
from app.store.suppressions import Reader, reader_of_message, suppressed
from app.web.parts import parts
from app.web.public.not_found import not_found
from app.web.public.visited_host import is_hubs_own, visited_host

_KINDS = {Channel.EMAIL: "emails", Channel.SMS: "texts"}


def show(token: str) -> ResponseReturnValue:
    """Say where the reader stands, with the button for the other way."""
    with parts().reading() as session:
        reader = _reader(session, token)
        if reader is None:
            return not_found()
        recipient = (reader.channel, reader.address)
        stands = suppressed(session, reader.account_id, [recipient]).get(recipient, set())
    return _page(token, reader, "stopped" if Refusal.UNSUBSCRIBED in stands else "asked")


def stop(token: str) -> ResponseReturnValue:
    """Unsubscribe the reader, and offer the way back."""
    return _done(token, unsubscribe, "stopped")


def go_on(token: str) -> ResponseReturnValue:
    """Take it back: the reader did not mean to."""
    return _done(token, resubscribe, "taken_back")


def _done(token: str, say: Callable[..., None], state: str) -> ResponseReturnValue:
    with parts().transaction() as session:
        reader = _reader(session, token)
        if reader is not None:
            say(session, reader, now=parts().clock())
    return not_found() if reader is None else _page(token, reader, state)


def _reader(session: Session, token: str) -> Reader | None:
    """Return whose message a token of ours names, where this host may say so."""
    host, message_id = visited_host(), message_of_token(token, Encrypted.signing_keys)
    if message_id is None or (host is None and not is_hubs_own()):
        return None
    return reader_of_message(session, message_id, host=None if is_hubs_own() else host)


def _page(token: str, reader: Reader, state: str) -> ResponseReturnValue:
    response = make_response(
        render_template(
            "public/unsubscribe.html",
            state=state,
            token=token,
            kind=_KINDS[Channel(reader.channel)],
            address=masked(reader.address),
            sender=reader.account_name,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
