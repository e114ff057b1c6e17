"""Recognise the pages every mailing must link to as they are: unsubscribe, preferences, and the message on the web.

The words of the address decide, and all of them: ``/newsletter-unsubscribe.php`` is such a page, the article
``/unsubscribe-from-boring-lunch`` is not.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import unquote

ServicePage = Literal["unsubscribe", "preferences", "web_view"]

_LIST: Final = (
    "newsletters?|news|e?mailings?|e?mails?|lists?|subscriptions?|subscribers?|marketing|sms|notifications?|messages?"
)
_SMALL_WORDS: Final = (
    "from|my|your|the|this|me|all|to|in|as|here|now|link|url|page|form|cent(?:er|re)|index|user|auth|token|one|click|global"
    "|confirm(?:ation)?|group|account|customer|contact|member|process|action|do|manage|update|edit|change|v?[0-9]++"
)
_AROUND: Final = rf"(?:{_LIST}|{_SMALL_WORDS})*"
_STOP: Final = (
    "unsubscribe[ds]?|unsubscribing|unsub|unsubscription|optout|abmelden|abbestellen|desinscription|desinscrire"
    "|desabonnement|desabonner|darsedebaja|desuscribir(?:se)?|afmelden|uitschrijven|disiscriviti|disiscrizione"
    "|descadastrar|avregistrera|odhlasit"
)
_CHOICES: Final = rf"(?:{_LIST}|communications?|contact)+(?:preferences?|prefs|settings)|preferences?|prefs"
_CHANGE: Final = "manage|update|edit|change"
_SHOW: Final = "view|open|read|see|show"
_UNSUBSCRIBE: Final = re.compile(rf"{_AROUND}(?:{_STOP}){_AROUND}")
_PREFERENCES: Final = re.compile(
    rf"(?:{_CHANGE}|my|your|user|account)*(?:{_CHOICES})(?:cent(?:er|re)|page|index)?"
    rf"|(?:{_CHANGE})(?:my|your)*(?:{_LIST})*subscriptions?|subscriptions?(?:cent(?:er|re)|management)"
)
_WEB_VIEW: Final = re.compile(
    rf"(?:{_SHOW})?(?:this|the|it|e?mail|message|newsletter)*(?:(?:in|on|from)(?:a|the|your|my|web)*browser"
    rf"|(?:as|on)?(?:a|the)?webpage|(?:web|browser|online)(?:version|view)|(?:{_SHOW})on(?:line|theweb|web)|viewemail)"
    r"(?:link|url|page)?"
)
# Without one of these none of the three can apply; most addresses are dismissed here.
_HINTS: Final = (
    *("unsub", "optout", "scri", "pref", "settings", "browser", "web", "version", "view", "online", "melden"),
    *("abbestellen", "sabonne", "darsedebaja", "uitschrijven", "descadastrar", "avregistrera", "odhlasit"),
)
_SEPARATORS: Final = str.maketrans("", "", "-_.+~")
_URL: Final = re.compile(r"[^:]*+:[/\\]*+([^/\\?#]*+)([^?#]*+)(?:\?([^#]*+))?+(?:#!?+(/[^?]*+))?+", re.DOTALL)
_FILE_ENDING: Final = re.compile(r"\.[a-z]{2,5}\Z")
_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]++")
_LONGEST: Final = 60
_SAYS_WHAT_TO_DO: Final = frozenset(
    {"action", "act", "do", "task", "op", "cmd", "command", "mode", "method", "page", "p"}
)
_SAYS_NO: Final = frozenset({"0", "false", "no", "off"})


@lru_cache(maxsize=4096)
def service_page(url: str) -> ServicePage | None:
    """Return which service page a web URL leads to, judged by subdomain, path and commands; None if it is none."""
    if not _has_hint(url):
        return None
    found = _URL.match(url)
    if not found:
        return None
    host, path, query, route = found.groups(default="")
    commands, flags = _commands(query)
    places = [_words(place) for place in (*host.split(".")[:-2], *path.split("/"), *route.split("/"), *commands)]
    if any(map(_UNSUBSCRIBE.fullmatch, (*places, *flags))):
        return "unsubscribe"
    if any(map(_PREFERENCES.fullmatch, places)):
        return "preferences"
    return "web_view" if any(map(_WEB_VIEW.fullmatch, (*places, *flags))) else None


def _has_hint(url: str) -> bool:
    bare = url.lower().translate(_SEPARATORS) if url.isascii() and "%" not in url else _letters(url)
    for hint in _HINTS:  # noqa: SIM110 - any() would take twice as long
        if hint in bare:
            return True
    return False


def _commands(query: str) -> tuple[list[str], list[str]]:
    """Return what a query asks for, as in ``?action=unsubscribe``, and the flags it sets, as in ``?unsubscribe=1``.

    Other values only say what somebody searched for or where a visitor came from.
    """
    commands, flags = [], []
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key.lower() in _SAYS_WHAT_TO_DO:
            commands.append(value)
        elif value.lower() not in _SAYS_NO:
            flags.append(_words(key))
    return commands, flags


def _words(place: str) -> str:
    """Return a part of a URL as bare letters and digits, without accents and file ending; a long one has none."""
    if len(place) > _LONGEST:
        return ""
    return _letters(_FILE_ENDING.sub("", place.lower()))


def _letters(text: str) -> str:
    text = (unquote(text) if "%" in text else text).lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return _NOT_A_WORD.sub("", text)
