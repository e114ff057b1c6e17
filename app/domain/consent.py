"""What people do not want, and what may reach them all the same."""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum


class Refusal(StrEnum):
    """Why nothing more is sent to an address."""

    STOPPED = "stopped"
    """The person answered a text with STOP, or told so to the provider."""
    SPAM_REPORT = "spam_report"
    """The person called a mail spam."""
    BOUNCED = "bounced"
    """There is no such mailbox."""
    UNSUBSCRIBED = "unsubscribed"
    """The person unsubscribed from what is marketing."""
    MANUAL = "manual"
    """Somebody of the account's team wants nothing sent there."""


OWN_WISHES = frozenset({Refusal.STOPPED, Refusal.SPAM_REPORT, Refusal.UNSUBSCRIBED})
"""What people said themselves: to send to them all the same is for them to allow."""


class Wish(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


class Purpose(StrEnum):
    """What a message is for, as its sender declares it."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"
    """A receipt, a password: nothing that anybody unsubscribes from."""
    CONSENT = "consent"
    """The hub's own word about a wish: that a stop was heard, or where help is."""


_HELD_BACK = {
    Purpose.MARKETING: tuple(Refusal),
    Purpose.TRANSACTIONAL: (Refusal.STOPPED, Refusal.SPAM_REPORT, Refusal.BOUNCED, Refusal.MANUAL),
    Purpose.CONSENT: (),
}


def why_held_back(refusals: Collection[str], purpose: str) -> Refusal | None:
    """Return the weightiest of what stands against an address that a message of this purpose has to respect."""
    return next((refusal for refusal in _HELD_BACK[Purpose(purpose)] if refusal in refusals), None)


_STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_START_WORDS = frozenset({"start", "unstop", "yes"})
_HELP_WORDS = frozenset({"help", "info"})
_PLAIN = frozenset({"stop", "stopall", "unsubscribe", "optout"})
"""Words that say it among kind ones, too; "ok cancel it" may be about an order, and "the end" about a story."""
_KIND_WORDS = """
a again all already am and dear done from hello hey hi i immediately im it just kindly like me message messages msg msgs
now ok okay please pls plz right said saying sms sorry team text texts thank thanks thanx the these this thx to u want
would you your
"""
_KIND = frozenset(_KIND_WORDS.split())
"""Words around a stop that change nothing about it."""

_THEM = (
    r"(?:(?:all|any|of|the|these|those|this|your|ur|my|more|such|stupid|annoying|spam|further|future|marketing|promo"
    r"|promotional|daily|weekly|constant) )*"
    r"(?:texts?|txts?|messages?|messaging|msgs?|sms|mms|spam|emails?|mails?|alerts?|notifications?|updates?|offers?|ads?"
    r"|promos?|promotions?|newsletters?|mailings?|subscriptions?|calls?)"
)
_ME = r"(?:me|us|my (?:number|phone|cell|mobile)|this (?:number|phone))"
_REACH = r"(?:text|txt|message|msg|contact|sms|e ?mail|mail|write|spam|bother|harass|bug|message|disturb)"
_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bstop (?:it with )?(?:{_REACH}(?:ing|ting|ming|ging)|texting|txting|sending|contacting|spamming|bugging"
        r"|bothering|harassing|messaging|writing|calling|emailing|mailing)\b",
        rf"\bstop (?:with )?{_THEM}\b",
        r"\bstop (?:all )?(?:contact|communications?|communicating)\b",
        rf"\b(?:do not|dont|never|no longer|cease to|not) (?:ever |please )?{_REACH} {_ME}\b",
        r"\b(?:do not|dont|never) (?:ever |please )?send (?:me |us )?"
        rf"(?:any|anything|anymore|more|these|those|this stuff|{_THEM})\b",
        r"\b(?:take|remove|delete|drop|scratch|get)"
        r" (?:me|us|my (?:name|number|phone|phone number|cell|contact|info|details)|this number)"
        r"(?: (?:off|from|out of)\b|$| please| now| immediately)",
        r"\b(?:take|remove|delete|get) (?:me|my number|this number) off\b",
        r"\bunsubscribe\b",
        r"\bopt(?:ing|ed)? (?:me |us )?out\b|\boptout\b",
        rf"\bno more (?:of )?{_THEM}\b",
        r"\bleave (?:me|us) alone\b",
        rf"\b(?:do not|dont|no longer) (?:want|wish|care|need)(?: to)?(?: (?:get|receive|have|hear|see))?"
        rf"(?: (?:any|anything|from you|more|of))*(?: {_THEM}| from you)\b",
        r"\bno longer (?:want|wish) to (?:receive|get|hear)\b",
        rf"\b(?:cancel|end|quit|revoke) (?:my consent|{_THEM})\b",
        r"\b(?:revoke|withdraw) (?:my )?consent\b",
        r"\blose my number\b",
        r"\b(?:please|just|now|must|should|to|you) stop$|^stop (?:please|pls|plz|now|right now|immediately)\b",
    )
)
_NOT_MEANT = re.compile(
    r"\b(?:do not|dont|never|cannot|cant|wont|will not|wouldnt|would not|didnt|did not|shouldnt|should not|not"
    r"|why would i|why stop|non)(?! you)(?: \w+){0,3}?"
    r" (?:stop|unsubscribe|cancel|remove|take me|take us|delete|opt|leave me|end|quit)"
    r"|\bstop (?:by|at|in|over|off|light|sign|watch|loss|for|on)\b"
    r"|\b(?:bus|pit|non|full|next|last|first|one|tram|train) stop\b"
    r"|\b(?:when|where|did|does|has|have|had|will it|could not|couldnt) (?:\w+ ){0,3}stop"
    r"|\b(?:i|we|it|he|she|they) (?:unsubscribed|stopped)\b"
)
_QUOTED = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_CLAUSES = re.compile(r"[.!?;:,\n\r…—–()\"“”]+| - ")
_LONGEST = 2_000
"""Whoever wants no more says so sooner."""


def read_wish(text: str) -> Wish | None:
    """Return what a text asks for: by one of the known words, or in a sentence that plainly says stop; else None.

    ``please stop texting me`` and ``take me off your list`` are stops, ``don't stop`` and ``stop by the shop`` are not.
    Where a sentence leaves room for doubt it is no wish, for the known word is always there to be sent.
    Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (the words).
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_QUOTED).casefold()
    words = [_word(part) for part in re.sub(r"\bopt[\s-]+out\b", "optout", plain).split()]
    words = [word for word in words if word]
    alone = " ".join(word for word in words if word not in {"please", "pls", "plz", "thanks", "thx"}) or " ".join(words)
    for known, wish in ((_STOP_WORDS, Wish.STOP), (_START_WORDS, Wish.START), (_HELP_WORDS, Wish.HELP)):
        if alone in known:
            return wish
    return Wish.STOP if _says_stop(plain, words) else None


def _word(part: str) -> str:
    """Return a word without its punctuation, its emoji and its apostrophe."""
    return "".join(character for character in part if character.isalnum())


def _says_stop(plain: str, words: list[str]) -> bool:
    rest = [word for word in words if word not in _KIND]
    if rest and _PLAIN.issuperset(rest):
        return True
    return any(_is_stop(" ".join(filter(None, map(_word, clause.split())))) for clause in _CLAUSES.split(plain))


def _is_stop(clause: str) -> bool:
    return not _NOT_MEANT.search(clause) and any(sentence.search(clause) for sentence in _SENTENCES)
