"""Who follows a message's links, by the company they come in: what one request alone does not tell.

A mail gateway that opens every link calls itself a browser. What gives it away is the pace: it comes within seconds
of the sending, opens every link at once, and does so for many recipients from one network. None of these alone
condemns: someone who opens the mail at once and presses one link is a person. Two together do, and so does following
the link that nobody can see.

The answer depends on nothing but the visits themselves, so it is the same in whatever order and batches they come in.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.visit import Verdict

ALL_LINKS = "all-links"
AT_DELIVERY = "at-delivery"
BUSY_NETWORK = "busy-network"
CANARY = "canary"
PATTERNS = frozenset((ALL_LINKS, AT_DELIVERY, BUSY_NETWORK, CANARY))

AT_ONCE = timedelta(seconds=2)
"""Within this, all links of a message are opened at once."""
SOON = timedelta(seconds=5)
"""Within this of the sending or the delivery, a visit is at delivery."""
NEAR = timedelta(minutes=10)
"""Within this of following the canary, the same visitor is the same program."""
SPAN_S = 300
"""Recipients of one network are counted by spans of so many seconds."""
MANY_RECIPIENTS = 5
_BY_HAND = 2
"""So many links a quick hand opens at once, one after the other."""


class Follower(NamedTuple):
    """A visit to one of a message's links or buttons that looked like a person's by itself."""

    id: str
    message_id: str
    link: int | str
    """The link's index, or the button's platform."""
    at: datetime
    network: str
    user_agent: str

    @property
    def visitor(self) -> tuple[str, str]:
        """Who it seems to be."""
        return self.network, self.user_agent

    @property
    def span(self) -> tuple[str, int]:
        """Where its network is counted."""
        return self.network, int(self.at.timestamp() // SPAN_S)


class Sent(NamedTuple):
    """What is known of the message."""

    at: datetime | None
    delivered_at: datetime | None
    """When its provider says that it arrived; gateways come before that, too."""
    links: int
    """How many links it has that people see."""
    canary: int | None
    """The index of the link that nobody sees."""

    @property
    def has_many_links(self) -> bool:
        """Return whether opening all of them at once is more than a hand does."""
        return self.links > _BY_HAND

    def is_telling(self, first: datetime) -> bool:
        """Return whether anything might be said of visits at ``first`` or later, but what each says by itself."""
        return self.links > _BY_HAND or self.canary is not None or self.delivered_at is not None or self.is_fresh(first)

    def is_fresh(self, at: datetime) -> bool:
        """Return whether ``at`` is within seconds of the sending, or of the delivery."""
        if self.at is not None and at <= self.at + SOON:
            return True
        return self.delivered_at is not None and timedelta() <= at - self.delivered_at <= SOON


def own_verdict(verdict: Verdict, signals: Sequence[str]) -> tuple[Verdict, tuple[str, ...]]:
    """Return what a visit was by itself, before its company was looked at; only people are ever judged by that."""
    own = tuple(signal for signal in signals if signal not in PATTERNS)
    return (Verdict.HUMAN, own) if len(own) < len(signals) and verdict is Verdict.MACHINE else (verdict, own)


def timing(followers: Iterable[Follower], sent: Sent) -> dict[str, set[str]]:
    """Return what the pace says of each visit to one message, by its id; visits that it says nothing of left out."""
    signals: dict[str, set[str]] = defaultdict(set)
    by_visitor: dict[tuple[str, str], list[Follower]] = defaultdict(list)
    for follower in followers:
        by_visitor[follower.visitor].append(follower)
        if sent.is_fresh(follower.at):
            signals[follower.id].add(AT_DELIVERY)
    if sent.has_many_links and sum(map(len, by_visitor.values())) >= sent.links:
        for theirs in by_visitor.values():
            for follower in _of_all_links(sorted(theirs, key=lambda one: (one.at, one.id)), sent):
                signals[follower.id].add(ALL_LINKS)
    return signals


def _of_all_links(followers: Sequence[Follower], sent: Sent) -> Iterator[Follower]:
    """Yield one visitor's visits, in the order of time, that belong to an opening of every link at once."""
    opened: Tally[int | str] = Tally()
    first = told = 0
    for last, follower in enumerate(followers):
        opened[follower.link] += 1
        while followers[first].at < follower.at - AT_ONCE:
            gone = followers[first].link
            opened[gone] -= 1
            if not opened[gone]:
                del opened[gone]
            first += 1
        if sum(isinstance(link, int) and link != sent.canary for link in opened) >= sent.links:
            yield from followers[max(first, told) : last + 1]
            told = last + 1


def condemned(
    followers: Sequence[Follower],
    sent: Sent,
    timings: Mapping[str, set[str]],
    busy: frozenset[tuple[str, int]],
) -> dict[str, tuple[str, ...]]:
    """Return which visits to one message were a machine's, with the signals that say so.

    Args:
        followers: its visits.
        sent: the message.
        timings: what ``timing`` said of them.
        busy: the networks from which many recipients' links were opened that way, each with its span.
    """
    sprung: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for moment, visitor in sorted((one.at, one.visitor) for one in followers if one.link == sent.canary):
        sprung[visitor].append(moment)
    found = {}
    for follower in followers:
        signals = set(timings.get(follower.id, ()))
        if signals and follower.span in busy:
            signals.add(BUSY_NETWORK)
        if _is_near(follower.at, sprung.get(follower.visitor, ())):
            signals.add(CANARY)
        if len(signals) > 1 or CANARY in signals:
            found[follower.id] = tuple(sorted(signals))
    return found


def _is_near(at: datetime, moments: Sequence[datetime]) -> bool:
    """Tell whether one of ``moments``, the earliest first, lies near ``at``."""
    following = bisect_left(moments, at - NEAR)
    return following < len(moments) and moments[following] <= at + NEAR
