"""Who follows a link: what a user agent, the method and a few headers tell. Timing and company are judged later.

A browser has a form of its own: ``Mozilla/5.0 (system) engine product/version``. Whatever has this form and says
nothing else is a person; whatever has another form is a program, and one that has it may still give itself away. A
``curl`` is a machine: whoever tries a link from a shell is redirected, but counted among the machines.
"""

import re
from functools import lru_cache

from app.domain.visit import Verdict
from app.domain.visitor_signs import SIGNS, WORD, crawler_list, word_set

RULES_VERSION = 2
"""Goes up whenever a verdict may change; stored with every visit."""

_ENGINES = word_set(
    "gecko applewebkit webkit trident msie presto khtml goanna netfront opera chrome firefox safari icab konqueror"
)
# Telephones, consoles and televisions from before the form was everybody's, and browsers of their own form.
_DEVICES = word_set(
    "midp cldc ucweb ucbrowser obigo netfront teleca openwave symbianos docomo kddi vodafone softbank playstation"
    " nintendo roku brew semc maui hbbtv smarttv vizios viera aquos netcast nettv webtv dillo blackberry wap wap1"
    " j2me polaris jasmine ktouch"
)
_FORMS = re.compile(
    r"^opera[/ ]\d|^(?:lynx|e?links|w3m|konqueror|k-meleon|icab|ibrowse)[/ (]"
    r"|mozilla/[1-4]\.\w+ ?(?:-\w+ )?(?:\w+ )*(?:\[[\w-]+\]|\((?:x11|win|mac|os/2))"
    r"|(?:up\.browser|up\.link|series ?[46]0|opera m(?:ini|obi)|blackberry\d|j-phone|profile/|wap-?browser|wap browser)"
)
_APPS = re.compile(
    r"\b(?:iphone|ipad|ipod|ios|android|dalvik|watchos|watch|tvos|apple ?tv|cfnetwork|darwin|fb(?:an|av)/|nokia)"
    r"|; (?:desktop|tablet|phone)[;)]"
)
# A telephone may be called "Bot", "Spider" or "Ruby": what stands where the model stands is no sign.
_MODEL = re.compile(r"(android [\d.]+; )(?:[a-z]{2}-[a-z]{2}; )?[\w .+-]{1,50}(?=build/|\)|; wv\))")
_SAID_BEFORE = re.compile(r"^(?:user-agent\s*:\s*)?[\s\"'=\\]*", re.IGNORECASE)
_PREFETCH = re.compile(r"prefetch|prerender|preview|instant", re.IGNORECASE)
_CRAWLERS = crawler_list()


def classify(user_agent: str, method: str = "GET", prefetch: str = "") -> tuple[Verdict, tuple[str, ...]]:
    """Return who it was by all that one request tells, and the signals that led there.

    Args:
        user_agent: as it was sent; empty when there was none.
        method: GET or HEAD.
        prefetch: the values of Sec-Purpose, Purpose, X-Purpose and X-Moz, joined; empty without them.
    """
    verdict, signals = by_user_agent(user_agent)
    if prefetch and _PREFETCH.search(prefetch):
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
    agent = _SAID_BEFORE.sub("", user_agent[:1_000], count=1).rstrip(" \t\"'").lower()
    if not agent:
        return Verdict.UNKNOWN, ("no-user-agent",)
    if "android" in agent:
        agent = _MODEL.sub(r"\1", agent, count=1)
    words = set(WORD.findall(agent))
    listed = _listed(agent, words)
    if listed and listed[0] is Verdict.PREVIEW:
        return listed
    for sign in SIGNS:
        found = sign.found_in(agent, words)
        if found is not None:
            return sign.verdict, (sign.name, found)
    if listed:
        return listed
    if _is_browser(agent, words):
        return Verdict.HUMAN, ()
    # An app that fetches a link itself: perhaps for a person, but no person has seen it yet.
    return (Verdict.UNKNOWN, ("app",)) if _APPS.search(agent) else (Verdict.MACHINE, ("no-browser",))


def _listed(agent: str, words: set[str]) -> tuple[Verdict, tuple[str, ...]] | None:
    """Return what the list says; a previewer that also calls itself something else is one all the same."""
    found = None
    for word in words & _CRAWLERS.keys():
        for crawler in _CRAWLERS[word]:
            if crawler.names(agent) and (found is None or crawler.verdict is Verdict.PREVIEW):
                found = crawler.verdict, ("crawler-list", crawler.name.strip()[:40])
    return found


def _is_browser(agent: str, words: set[str]) -> bool:
    if ("mozilla" in words or "khtml" in words) and not _ENGINES.isdisjoint(words):
        return True
    return not _DEVICES.isdisjoint(words) or _FORMS.search(agent) is not None
