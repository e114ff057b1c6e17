"""Look at visits in the company they came in: who opened every link at once, and who followed what nobody sees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.domain.visit import LinkKind, Verdict, Visit
from app.domain.visit_patterns import (
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

Judged = tuple[Verdict, tuple[str, ...]]


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
    moments = [_moment(visit) for visit in new.values()]
    stored = {visit.id: visit for visit in _company(session, account_id, new.values(), moments)}
    followers = [
        _follower(visit, _moment(visit))
        for visit in new.values()
        if visit.id not in stored and own_verdict(visit.verdict, visit.signals)[0] is Verdict.HUMAN
    ]
    found, company = _judge(session, account_id, followers, stored, messages)
    judged = [
        replace(visit, verdict=Verdict.MACHINE, signals=(*visit.signals, *found[visit.id]), rules=RULES_VERSION)
        if visit.id in found and visit.id in new
        else visit
        for visit in visits
    ]
    return Judgement(judged, _newly_condemned(company.values(), found))


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
    company = _company(session, account_id, chosen, [visit.at for visit in chosen]) if chosen else []
    stored = {visit.id: own.get(visit.id, visit) for visit in company}
    found, everybody = _judge(session, account_id, [], stored, messages)
    beside = [visit for visit in everybody.values() if visit.id not in own]
    return [_as_found(visit, found.get(visit.id, ())) for visit in visits] + _newly_condemned(beside, found)


def _follows(kind: LinkKind, message_id: str | None, messages: Mapping[str, Earned]) -> bool:
    return kind in {LinkKind.MESSAGE, LinkKind.PRESS} and message_id in messages


def _moment(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.at_ms / 1000, UTC)


def _company(
    session: Session, account_id: str, visits: Iterable[Visit | StoredVisit], moments: Sequence[datetime]
) -> list[StoredVisit]:
    ids = sorted({visit.message_id for visit in visits if visit.message_id})
    return visits_of_messages(session, account_id, ids, min(moments) - NEAR, max(moments) + NEAR)


def _follower(visit: Visit | StoredVisit, at: datetime) -> Follower:
    link = visit.platform or "" if visit.kind is LinkKind.PRESS else visit.link_index or 0
    return Follower(visit.id, visit.message_id or "", link, at, visit.ip, visit.user_agent)


def _people(visits: Iterable[StoredVisit]) -> list[Follower]:
    return [
        _follower(visit, visit.at) for visit in visits if own_verdict(visit.verdict, visit.signals)[0] is Verdict.HUMAN
    ]


def _judge(
    session: Session,
    account_id: str,
    new: Sequence[Follower],
    stored: dict[str, StoredVisit],
    messages: Mapping[str, Earned],
) -> tuple[dict[str, tuple[str, ...]], dict[str, StoredVisit]]:
    """Return who is condemned by what, and the stored visits that this was asked of."""
    followers = [*new, *_people(stored.values())]
    sent = _sent(session, account_id, followers, messages)
    timings = _timings(followers, sent)
    busy, others = _networks(session, account_id, followers, timings)
    # A network that has just become a busy one casts its shadow on those that it reached first.
    unseen = sorted(others - sent.keys())
    if unseen:
        spans = [datetime.fromtimestamp(span * SPAN_S, UTC) for _, span in busy]
        more = visits_of_messages(session, account_id, unseen, min(spans) - NEAR, max(spans) + 2 * NEAR)
        stored = stored | {visit.id: visit for visit in more}
        theirs = _people(more)
        sent |= _sent(session, account_id, theirs, earned_by(session, account_id, unseen))
        timings |= _timings(theirs, sent)
        followers += theirs
    found: dict[str, tuple[str, ...]] = {}
    for message_id, theirs in _by_message(followers).items():
        found |= condemned(theirs, sent[message_id], timings, busy)
    return found, stored


def _by_message(followers: Iterable[Follower]) -> dict[str, list[Follower]]:
    found: dict[str, list[Follower]] = defaultdict(list)
    for follower in followers:
        found[follower.message_id].append(follower)
    return found


def _sent(
    session: Session, account_id: str, followers: Iterable[Follower], messages: Mapping[str, Earned]
) -> dict[str, Sent]:
    by_message = _by_message(followers)
    # How many links a message has matters only where somebody followed more than one.
    several = sorted(key for key, theirs in by_message.items() if len({one.link for one in theirs}) > 1)
    counts = link_counts(session, account_id, several) if several else {}
    arrived = delivered_at(session, account_id, sorted(by_message))
    return {
        message_id: Sent(
            messages[message_id].sent_at,
            arrived.get(message_id),
            counts.get(message_id, 0) - (messages[message_id].canary_index is not None),
            messages[message_id].canary_index,
        )
        for message_id in by_message
    }


def _timings(followers: Iterable[Follower], sent: Mapping[str, Sent]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for message_id, theirs in _by_message(followers).items():
        found |= timing(theirs, sent[message_id])
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
