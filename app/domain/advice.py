"""What a sender should know before sending: what costs more, and what carriers filter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.segments import Segments

_HOSTS = """
bit.ly bitly.com buff.ly cutt.ly goo.gl is.gd j.mp lnkd.in ow.ly rb.gy rebrand.ly s.id shorturl.at t.co t.ly t2m.io
tiny.cc tiny.one tinyurl.com tr.im v.gd x.co
"""
PUBLIC_SHORTENERS = frozenset(_HOSTS.split())
"""Hosts that anybody can hide an address behind. Carriers filter texts that hold one.

Source: https://www.twilio.com/docs/messaging/guides/understanding-sms-filtering (shared public URL shorteners).
"""
_HOST = re.compile(r"https?:[/\\]+(?:[^/\\?#@]*@)?([^/\\?#:]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Advice:
    """One warning; the code is for programs, the text for people."""

    code: str
    text: str


def advise(urls: Iterable[str], *, before: Segments | None = None, after: Segments | None = None) -> tuple[Advice, ...]:
    """Return what to warn of in a message with these links; ``before`` and ``after`` are an SMS's parts."""
    advice = [
        Advice(
            "public_shortener", f"{host} is a public link shortener: carriers and mail filters block messages with it."
        )
        for host in sorted(_shorteners(urls))
    ]
    if before and after and after.count > before.count:
        text = f"With its links swapped the text takes {after.count} parts instead of {before.count}."
        advice.append(Advice("more_segments", text))
    return tuple(advice)


def _shorteners(urls: Iterable[str]) -> set[str]:
    hosts = (found[1].lower().removeprefix("www.") for url in urls if (found := _HOST.match(url)))
    return {host for host in hosts if host in PUBLIC_SHORTENERS}
