"""Who follows a link: what a user agent, the method and a few headers tell. Timing and company are judged later.

A browser has a form of its own: ``Mozilla/5.0 (system) engine product/version``. Whatever has this form and says
nothing else is a person; whatever has another form is a program, and one that has it may still give itself away. A
``curl`` is a machine: whoever tries a link from a shell is redirected, but counted among the machines.
"""

import re
from functools import lru_cache

from app.domain.visit import Verdict
from app.domain.visitor_signs import AUTOMATION, CONTACTS, LIBRARIES, PREVIEWERS, PROGRAMS, SCANNERS, crawler_list

RULES_VERSION = 1
"""Goes up whenever a verdict may change; stored with every visit."""

# The everyday browsers, letter for letter: nine visits of ten end here.
_PLAIN = re.compile(
    r"Mozilla/5\.0 \((?:(?:iPhone|iPad|iPod touch); (?:U; )?CPU (?:iPhone )?OS [\d_]+ like Mac OS X"
    r"|Macintosh; Intel Mac OS X [\d_.]+(?:; rv:[\d.]+)?|Windows NT [\d.]+(?:; (?:Win64|x64|WOW64|rv:[\d.]+))*"
    r"|X11; (?:Ubuntu; |Fedora; |CrOS )?(?:Linux )?(?:x86_64|aarch64|i686)(?: [\d.]+)?(?:; rv:[\d.]+)?"
    r"|(?:Linux; )?Android [\d.]+; (?:(?!bot[-_/;. ])[\w ./+-])+(?:; wv|; rv:[\d.]+)?)\)"
    r" (?:AppleWebKit/[\d.]+ \(KHTML, like Gecko\)|Gecko/[\d.]+)"
    r"(?: (?:Version|Chrome|CriOS|FxiOS|EdgiOS|Edg|EdgA|OPR|OPT|OPX|Firefox|Mobile|Safari|SamsungBrowser|GSA|Ddg"
    r"|DuckDuckGo|YaBrowser|Yowser|Vivaldi|UBrowser|UCBrowser|HuaweiBrowser|VivoBrowser|HeyTapBrowser)(?:/[\w.]+)?)+"
    # What apps add to the browser they open inside.
    r"(?: ?\[(?:FBAN|FB_IAB|FBAV|Pinterest|LinkedInApp)[^\]]*\]| Instagram [\d.]+ \([^()]*\)(?: NW/\d)?)*"
)
_BROWSER = re.compile(
    r"Mozilla/\d\.\d+ ?[(\[].*(?:Gecko/|AppleWebKit/|WebKit/|Trident/|MSIE ?\d|Presto/|KHTML|Goanna/|NetFront|Opera)"
    r"|Mozilla/5\.0 \((?:Windows|Macintosh|X11|Mobile|Android|Tablet)[^()]*\) (?:Gecko|Firefox)"
    r"|Opera/\d|(?:Lynx|Links|ELinks|w3m)[/ (]|Mozilla/4\.\d+ \[",
    re.IGNORECASE,
)
# Telephones and set-top boxes from before the form was everybody's.
_DEVICE = re.compile(
    r"MIDP|CLDC|UP\.Browser|UP\.Link|UCWEB|UCBrowser|Obigo|NetFront|Opera M(?:ini|obi)|Teleca|Openwave|Series ?[46]0"
    r"|SymbianOS|BlackBerry\d|Maui|DoCoMo|J-PHONE|KDDI|Vodafone|SoftBank|PLAYSTATION|Nintendo|Roku|Profile/|WAP-?Browser|Brew|SEMC",
    re.IGNORECASE,
)
_APP = re.compile(r"\b(?:iPhone|iPad|iPod|iOS|Android|Dalvik|watchOS|tvOS|CFNetwork)\b")
_HELD_BY_PEOPLE = re.compile(
    r"(?:https?://)?bsalsa\.com/?|libwww-FM/\S+|Embedded Web Browser|\.NET (?:CLR|\d)|\.NET\d|FBA[NV]/|com\.\w+\.\w+",
    re.IGNORECASE,
)
_COMPATIBLE = re.compile(
    r"Mozilla/5\.0 \(compatible;? (?!MSIE|Konqueror|Android|Linux|Windows|Opera|ABrowse|iPhone)", re.IGNORECASE
)

_SIGNS = (
    ("previewer", Verdict.PREVIEW, re.compile(PREVIEWERS, re.IGNORECASE)),
    ("scanner", Verdict.MACHINE, re.compile(SCANNERS, re.IGNORECASE)),
    ("automation", Verdict.MACHINE, re.compile(AUTOMATION, re.IGNORECASE)),
    ("library", Verdict.MACHINE, re.compile(LIBRARIES, re.IGNORECASE)),
    ("compatible", Verdict.MACHINE, _COMPATIBLE),
    ("program", Verdict.MACHINE, re.compile(PROGRAMS, re.IGNORECASE)),
    ("contact", Verdict.MACHINE, re.compile(CONTACTS, re.IGNORECASE)),
    ("crawler-list", Verdict.MACHINE, crawler_list()),
)


def classify(user_agent: str, method: str = "GET", prefetch: str = "") -> tuple[Verdict, tuple[str, ...]]:
    """Return who it was by all that one request tells, and the signals that led there.

    Args:
        user_agent: as it was sent; empty when there was none.
        method: GET or HEAD.
        prefetch: the values of Sec-Purpose, Purpose, X-Purpose and X-Moz, joined; empty without them.
    """
    verdict, signals = by_user_agent(user_agent)
    if re.search(r"prefetch|prerender|preview|instant", prefetch, re.IGNORECASE):
        verdict = Verdict.PREVIEW if verdict in {Verdict.HUMAN, Verdict.UNKNOWN} else verdict
        signals = (*signals, "prefetch")
    if method == "HEAD":
        verdict = Verdict.MACHINE if verdict in {Verdict.HUMAN, Verdict.UNKNOWN} else verdict
        signals = (*signals, "head")
    return verdict, signals


@lru_cache(maxsize=10_000)
def by_user_agent(user_agent: str) -> tuple[Verdict, tuple[str, ...]]:
    """Return who it was by the user agent alone."""
    # What is longer only wants to keep the expressions busy.
    agent = user_agent.strip(" \t\"'")[:1_000]
    if not agent:
        return Verdict.MACHINE, ("no-user-agent",)
    if _PLAIN.fullmatch(agent):
        return Verdict.HUMAN, ()
    is_browser = bool(_BROWSER.match(agent) or _DEVICE.search(agent))
    judged = _HELD_BY_PEOPLE.sub(" ", agent) if is_browser else agent
    for sign, verdict, expression in _SIGNS:
        found = expression.search(judged)
        if found:
            return verdict, (sign, found[0].strip().lower()[:40])
    if is_browser:
        return Verdict.HUMAN, ()
    # An app that fetches a link itself: perhaps for a person, but no person has seen it yet.
    return (Verdict.UNKNOWN, ("app",)) if _APP.search(agent) else (Verdict.MACHINE, ("no-browser",))
