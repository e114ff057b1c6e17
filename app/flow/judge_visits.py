"""Look at visits in the company they came in: who opened every link at once, and who followed what nobody sees."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.visit import LinkKind, Verdict, Visit
from app.domain.visit_patterns import (
    AT_ONCE,
    MANY_RECIPIENTS,
    NEAR,
    PATTERNS,
    SOON,
    SPAN_S,
    Follower,
    Sent,
    condemned,
    own_verdict,
    timing,
)
from app.domain.visitors import RULES_VERSION
from app.store.base import Session
from app.store.deliveries import delivered_at
from app.store.links import link_set_sizes
from app.store.messages import Earned, earned_by
from app.store.verdicts import StoredVisit, note_followers, visits_of_messages

_AT_MOST = 2_000
"""So many stored visits beside a batch are looked at: more is a flood, not a reader's mail."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the company says of visits that are about to be stored, and of some that are stored already."""

    visits: list[Visit]
    revised: list[StoredVisit]
    """As they should be; only those that should be other than they are."""


def judge_visits(
    session: Session, account_id: str, visits: Sequence[Visit], messages: Mapping[str, Earned]
) -> Judgement:
    """Judge new visits and, in their light, those to the same messages that are stored."""
    if not messages or not visits:
        return Judgement(list(visits), [])
    company = _Company(session, account_id, limit=_AT_MOST)
    times = [visit.at_ms for visit in visits]
    company.know_telling(messages, _moment(min(times)), _moment(max(times)))
    followers = [
        _follower(visit, _moment(visit.at_ms))
        for visit in visits
        if company.knows(visit.message_id) and _follows(visit.kind) and _is_human(visit)
    ]
    if not followers:
        return Judgement(list(visits), [])
    company.meet(followers)
    found = company.judge(followers)
    if not found:
        return Judgement(list(visits), [])
    own = {follower.id for follower in followers}.intersection(found)
    judged = [
        visit._replace(verdict=Verdict.MACHINE, signals=(*visit.signals, *found[visit.id]), rules=RULES_VERSION)
        if visit.id in own
        else visit
        for visit in visits
    ]
    return Judgement(judged, _newly_condemned(company.stored.values(), found))


def judge_again(session: Session, account_id: str, visits: Sequence[StoredVisit]) -> list[StoredVisit]:
    """Return stored visits as they should be, and those beside them that are found out with them.

    Args:
        session: a session.
        account_id: whose they are.
        visits: as the rules see each of them by itself now.
    """
    ids = sorted({visit.message_id for visit in visits if visit.message_id})
    messages = earned_by(session, account_id, ids)
    own = {visit.id: visit for visit in visits}
    chosen = [visit for visit in visits if visit.message_id in messages and _follows(visit.kind)]
    company = _Company(session, account_id)
    company.know(messages)
    company.meet(_people(chosen))
    company.stored |= {visit.id: visit for visit in chosen}
    found = company.judge([])
    beside = [visit for visit in company.stored.values() if visit.id not in own]
    return [_as_found(visit, found.get(visit.id, ())) for visit in visits] + _newly_condemned(beside, found)


def _follows(kind: LinkKind) -> bool:
    return kind is LinkKind.MESSAGE or kind is LinkKind.PRESS


def _is_human(visit: Visit | StoredVisit) -> bool:
    """Tell whether a visit looks like a person's by itself."""
    return visit.verdict is Verdict.HUMAN or own_verdict(visit.verdict, visit.signals)[0] is Verdict.HUMAN


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _follower(visit: Visit | StoredVisit, at: datetime) -> Follower:
    link = visit.platform or "" if visit.kind is LinkKind.PRESS else visit.link_index or 0
    return Follower(visit.id, visit.message_id or "", link, at, visit.ip, visit.user_agent)


def _people(visits: Iterable[StoredVisit]) -> list[Follower]:
    return [_follower(visit, visit.at) for visit in visits if _is_human(visit)]


class _Company:
    """The messages that some visits followed, and who else followed these about that time."""

    def __init__(self, session: Session, account_id: str, *, limit: int | None = None) -> None:
        self._session, self._account_id, self._limit = session, account_id, limit
        self._sent: dict[str, Sent] = {}
        self._shadowed: set[str] = set()
        """Whose visits about the time of a busy network's were fetched."""
        self.stored: dict[str, StoredVisit] = {}

    def know(self, messages: Mapping[str, Earned]) -> None:
        """Look up what is to be known of messages."""
        self._sent |= {sent.id: known for sent, known in self._look_up(messages)}

    def know_telling(self, messages: Mapping[str, Earned], first: datetime, last: datetime) -> None:
        """Look messages up, and know those alone of whose visits between two moments anything might be said."""
        # Further off than the company that is met, no delivery matters.
        reported = (first - NEAR - SOON, last + NEAR)
        self._sent |= {sent.id: known for sent, known in self._look_up(messages, reported) if known.is_telling(first)}

    def knows(self, message_id: str | None) -> bool:
        """Tell whether a message is known."""
        return message_id in self._sent

    def _look_up(
        self, messages: Mapping[str, Earned], reported: tuple[datetime, datetime] | None = None
    ) -> Iterator[tuple[Earned, Sent]]:
        sets = {one.link_set_id for one in messages.values() if one.link_set_id}
        sizes = link_set_sizes(self._session, self._account_id, sets) if sets else {}
        arrived = delivered_at(self._session, self._account_id, messages, reported=reported) if messages else {}
        for one in messages.values():
            links = sizes.get(one.link_set_id or "", 0) - (one.canary_index is not None)
            yield one, Sent(one.sent_at, arrived.get(one.id), links, one.canary_index)

    def meet(self, followers: Sequence[Follower]) -> None:
        """Fetch whose company matters: it does where there are links to open all of, or one that nobody sees."""
        for margin, is_meant in (
            (NEAR, lambda sent: sent.canary is not None),
            (AT_ONCE, lambda sent: sent.canary is None and sent.has_many_links),
        ):
            theirs = [follower for follower in followers if is_meant(self._sent[follower.message_id])]
            if theirs:
                moments = [follower.at for follower in theirs]
                self._fetch({one.message_id for one in theirs}, min(moments) - margin, max(moments) + margin)

    def judge(self, new: Sequence[Follower]) -> dict[str, tuple[str, ...]]:
        """Return who is condemned by what."""
        while True:
            followers = list({one.id: one for one in (*new, *_people(self.stored.values()))}.values())
            by_message = _by_message(followers)
            timings: dict[str, set[str]] = {}
            for message_id, theirs in by_message.items():
                timings |= timing(theirs, self._sent[message_id])
            busy, others = _networks(self._session, self._account_id, followers, timings)
            # A network that has just become a busy one casts its shadow on those that it reached first.
            if others <= self._shadowed:
                break
            self.know(earned_by(self._session, self._account_id, sorted(others - self._shadowed)))
            spans = [datetime.fromtimestamp(span * SPAN_S, UTC) for _, span in busy]
            self._fetch((others - self._shadowed) & self._sent.keys(), min(spans) - NEAR, max(spans) + 2 * NEAR)
            self._shadowed |= others
        found: dict[str, tuple[str, ...]] = {}
        for message_id, theirs in by_message.items():
            found |= condemned(theirs, self._sent[message_id], timings, busy)
        return found

    def _fetch(self, message_ids: set[str], since: datetime, until: datetime) -> None:
        ids = sorted(message_ids)
        visits = visits_of_messages(self._session, self._account_id, ids, since, until, limit=self._limit)
        self.stored = {visit.id: visit for visit in visits} | self.stored


def _by_message(followers: Iterable[Follower]) -> dict[str, list[Follower]]:
    found: dict[str, list[Follower]] = defaultdict(list)
    for follower in followers:
        found[follower.message_id].append(follower)
    return found


def _networks(
    session: Session, account_id: str, followers: Iterable[Follower], timings: Mapping[str, set[str]]
) -> tuple[frozenset[tuple[str, int]], set[str]]:
    """Return the networks from which many recipients' links were opened at a program's pace, and whose these were."""
    followed: dict[tuple[str, int], set[str]] = defaultdict(set)
    for follower in followers:
        if follower.id in timings and follower.network:
            followed[follower.span].add(follower.message_id)
    if not followed:
        return frozenset(), set()
    everybody = note_followers(session, account_id, followed, enough=MANY_RECIPIENTS)
    busy = {span: theirs for span, theirs in everybody.items() if len(theirs) >= MANY_RECIPIENTS}
    return frozenset(busy), set().union(*busy.values())


def _newly_condemned(visits: Iterable[StoredVisit], found: Mapping[str, tuple[str, ...]]) -> list[StoredVisit]:
    """Return the stored visits against which something new was found.

    Of these not the whole company was looked at, so nothing that was found before is taken back.
    """
    wanted = []
    for visit in visits:
        before = PATTERNS.intersection(visit.signals)
        if not before.issuperset(found.get(visit.id, ())):
            wanted.append(_as_found(visit, tuple(sorted(before.union(found[visit.id])))))
    return wanted


def _as_found(visit: StoredVisit, found: tuple[str, ...]) -> StoredVisit:
    verdict, signals = own_verdict(visit.verdict, visit.signals)
    if found:
        verdict, signals = Verdict.MACHINE, (*signals, *found)
    return replace(visit, verdict=verdict, signals=signals, rules=RULES_VERSION)
