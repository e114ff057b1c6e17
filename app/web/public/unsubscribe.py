"""The page on which a reader says stop, and takes it back.

Reading it changes nothing, for mail scanners and previews follow every link. A POST does: from the page's own button,
or from a mail program's, which sends ``List-Unsubscribe=One-Click`` without cookie or login. What a POST carries is not
read: its address says who stops, and no reader should go on getting mail because a program worded it differently.
Source: https://www.rfc-editor.org/rfc/rfc8058
"""

import re
from collections.abc import Callable

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from app.domain.ids import CODE_LENGTH
from app.domain.masking import masked
from app.domain.message import Channel
from app.flow.resubscribe import resubscribe
from app.flow.unsubscribe import unsubscribe
from app.store.base import Session
from app.store.suppressions import Reader, reader_by_code, suppressed
from app.web.parts import parts
from app.web.public.not_found import not_found
from app.web.public.visited_host import is_hubs_own, visited_host

_CODE = re.compile(f"[0-9A-Za-z]{{{CODE_LENGTH}}}")
_KINDS = {Channel.EMAIL: "emails", Channel.SMS: "texts"}


def show(code: str) -> ResponseReturnValue:
    """Say where the reader stands, with the button for the other way."""
    with parts().reading() as session:
        reader = _reader(session, code)
        if reader is None:
            return not_found()
        recipient = (reader.channel, reader.address)
        is_stopped = recipient in suppressed(session, reader.account_id, [recipient])
    return _page(code, reader, "stopped" if is_stopped else "asked")


def stop(code: str) -> ResponseReturnValue:
    """Unsubscribe the reader, and offer the way back."""
    return _done(code, unsubscribe, "stopped")


def go_on(code: str) -> ResponseReturnValue:
    """Take it back: the reader did not mean to."""
    return _done(code, resubscribe, "taken_back")


def _done(code: str, say: Callable[..., None], state: str) -> ResponseReturnValue:
    with parts().transaction() as session:
        reader = _reader(session, code)
        if reader is not None:
            say(session, reader, now=parts().clock())
    return not_found() if reader is None else _page(code, reader, state)


def _reader(session: Session, code: str) -> Reader | None:
    """Return whose message has this code, where this host may say so."""
    host = visited_host()
    if not _CODE.fullmatch(code) or (host is None and not is_hubs_own()):
        return None
    return reader_by_code(session, code, host=None if is_hubs_own() else host)


def _page(code: str, reader: Reader, state: str) -> ResponseReturnValue:
    response = make_response(
        render_template(
            "public/unsubscribe.html",
            state=state,
            code=code,
            kind=_KINDS[Channel(reader.channel)],
            address=masked(reader.address),
            sender=reader.account_name,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
