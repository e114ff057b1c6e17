"""Look at visits in the company they came in: who opened every link at once, and who followed what nobody sees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.visit import LinkKind, Verdict, Visit
from app.domain.visit_patterns import (
    AT_ONCE,
    MANY_RECIPIENTS,
    NEAR,
    PATTERNS,
    SPAN_S,
    Follower,
    Sent,
    condemned,
    own_verdict,
    timing,
)
from app.domain.visitors import RULES_VERSION
from app.store.base import Session
from app.store.messages import Earned, delivered_at, earned_by
from app.store.verdicts import StoredVisit, link_counts, note_followers, visits_of_messages

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
    new = {visit.id: visit for visit in visits if _follows(visit.kind, visit.message_id, messages)}
    if not new:
        return Judgement(list(visits), [])
    people = [visit for visit in new.values() if own_verdict(visit.verdict, visit.signals)[0] is Verdict.HUMAN]
    followers = [_follower(visit, _moment(visit)) for visit in people]
    company = _Company(session, account_id, messages, limit=_AT_MOST)
    company.meet(followers)
    found = company.judge(followers)
    judged = [
        replace(visit, verdict=Verdict.MACHINE, signals=(*visit.signals, *found[visit.id]), rules=RULES_VERSION)
        if visit.id in found and visit.id in new
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
    chosen = [visit for visit in visits if _follows(visit.kind, visit.message_id, messages)]
    company = _Company(session, account_id, messages)
    company.meet(_people(chosen))
    company.stored |= {visit.id: visit for visit in chosen}
    found = company.judge([])
    beside = [visit for visit in company.stored.values() if visit.id not in own]
    return [_as_found(visit, found.get(visit.id, ())) for visit in visits] + _newly_condemned(beside, found)


def _follows(kind: LinkKind, message_id: str | None, messages: Mapping[str, Earned]) -> bool:
    return kind in {LinkKind.MESSAGE, LinkKind.PRESS} and message_id in messages


def _moment(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.at_ms / 1000, UTC)


def _follower(visit: Visit | StoredVisit, at: datetime) -> Follower:
    link = visit.platform or "" if visit.kind is LinkKind.PRESS else visit.link_index or 0
    return Follower(visit.id, visit.message_id or "", link, at, visit.ip, visit.user_agent)


def _people(visits: Iterable[StoredVisit]) -> list[Follower]:
    return [
        _follower(visit, visit.at) for visit in visits if own_verdict(visit.verdict, visit.signals)[0] is Verdict.HUMAN
    ]


class _Company:
    """The messages that some visits followed, and who else followed these about that time."""

    def __init__(
        self, session: Session, account_id: str, messages: Mapping[str, Earned], *, limit: int | None = None
    ) -> None:
        self._session, self._account_id, self._limit = session, account_id, limit
        self._sent = self._look_up(messages)
        self._shadowed: set[str] = set()
        """Whose visits about the time of a busy network's were fetched."""
        self.stored: dict[str, StoredVisit] = {}

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
            self._sent |= self._look_up(earned_by(self._session, self._account_id, sorted(others - self._sent.keys())))
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

    def _look_up(self, messages: Mapping[str, Earned]) -> dict[str, Sent]:
        ids = sorted(messages)
        if not ids:
            return {}
        counts = link_counts(self._session, self._account_id, ids)
        arrived = delivered_at(self._session, self._account_id, ids)
        return {
            message.id: Sent(
                message.sent_at,
                arrived.get(message.id),
                counts.get(message.id, 0) - (message.canary_index is not None),
                message.canary_index,
            )
            for message in messages.values()
        }


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
