"""A batch of the journal becomes clicks and shares, their counters and what they earned, in one transaction."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.counting import Counter, Subject, count_click, count_share, quarter_of
from app.domain.kept_calls import KEPT
from app.domain.referrers import referrer_platform
from app.domain.visit import LinkKind, Verdict, Visit, visitor_key
from app.flow.credit_share import credit_shares
from app.flow.credit_waiting import credit_waiting
from app.flow.judge_visits import judge_visits
from app.flow.revise_verdicts import LATER_VISITS, revise_verdicts
from app.flow.tell_webhooks import tell_of_visits
from app.store.accounts import hold_account
from app.store.arrivals import Arrival, Sharer
from app.store.base import Session, Transaction
from app.store.clicks import add_clicks, first_visits, keep_refused, known_clicks, take_batch
from app.store.counters import bump
from app.store.messages import Earned, earned_by, subject_of_visit
from app.store.retention import visits_kept_since
from app.store.shares import add_shares

_DOUBTFUL = "It is older than the visits that are kept: whether it was counted before is not known any more."


@dataclass(slots=True)
class Recorded:
    """What a batch brought that was not known before."""

    verdicts: Tally[Verdict] = field(default_factory=Tally)
    """Its visits, as they were judged in the company they came in."""
    revised: Tally[tuple[Verdict, Verdict]] = field(default_factory=Tally)
    """Verdicts on earlier visits that were revised by it, old and new."""


def record_clicks(batch_id: str, lines: Sequence[str], *, transaction: Transaction, now: datetime) -> Recorded:
    """Record a batch and return what it brought; one that is in the database already changes nothing."""
    visits, refused = _read(lines)
    by_account: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_account[visit.account_id].append(visit)
    recorded = Recorded()
    with transaction() as session:
        # In one order for everybody, so that two batches at once cannot lock each other out.
        gone = {account_id for account_id in sorted(by_account) if not hold_account(session, account_id)}
        for account_id in gone:
            refused += [(_line(visit), "There is no such account.") for visit in by_account.pop(account_id)]
        refused += [(_line(visit), _DOUBTFUL) for visit in _take_out_doubtful(session, by_account, now)]
        kept = sum(map(len, by_account.values()))
        if not take_batch(session, batch_id, visits=kept, refused=len(refused), now=now):
            return recorded
        keep_refused(session, batch_id, refused)
        for account_id, theirs in sorted(by_account.items()):
            _record(session, account_id, theirs, recorded, now=now)
    return recorded


def _take_out_doubtful(session: Session, by_account: dict[str, list[Visit]], now: datetime) -> list[Visit]:
    """Take out and return clicks so old that neither their batch nor they themselves would be known from before."""
    doubtful = []
    for account_id, theirs in by_account.items():
        old = [visit for visit in theirs if _at(visit) < now - KEPT and visit.kind is not LinkKind.PRESS]
        since = visits_kept_since(session, account_id) if old else None
        if since is not None:
            gone = {visit.id for visit in old if _at(visit) < since}
            doubtful += [visit for visit in theirs if visit.id in gone]
            by_account[account_id] = [visit for visit in theirs if visit.id not in gone]
    return doubtful


def _read(lines: Iterable[str]) -> tuple[list[Visit], list[tuple[str, str]]]:
    """Return the visits, each once, and the lines that are none with the reason."""
    visits: dict[str, Visit] = {}
    refused = []
    for line in lines:
        try:
            visit = Visit.from_line(line)
        except ValueError as error:
            refused.append((line, str(error)))
        else:
            visits[visit.id] = visit
    return list(visits.values()), refused


def _record(session: Session, account_id: str, visits: list[Visit], recorded: Recorded, *, now: datetime) -> None:
    messages = earned_by(session, account_id, sorted({visit.message_id for visit in visits if visit.message_id}))
    judgement = judge_visits(session, account_id, visits, messages)
    visits = judgement.visits
    presses = [visit for visit in visits if visit.kind is LinkKind.PRESS]
    clicks = [visit for visit in visits if visit.kind is not LinkKind.PRESS]
    new_clicks, counts = _store_clicks(session, account_id, clicks, messages)
    new_presses = _store_presses(session, account_id, presses)
    for press in new_presses:
        counter = Counter(quarter_of(_at(press)), _subject(press, messages), count_share(press.verdict))
        counts[counter] += 1
    bump(session, account_id, counts)
    tell_of_visits(session, account_id, new_clicks, new_presses, messages, now=now)
    credit_shares(session, account_id, [press.id for press in new_presses], messages, now=now)
    _credit_waiting(session, account_id, clicks, new_presses, messages, now=now)
    recorded.verdicts.update(visit.verdict for visit in (*new_clicks, *new_presses))
    recorded.revised.update(revise_verdicts(session, account_id, judgement.revised, by=LATER_VISITS, now=now))


def _line(visit: Visit) -> str:
    return visit.line().decode().rstrip("\n")


def _at(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.at_ms / 1000, UTC)


def _subject(visit: Visit, messages: dict[str, Earned]) -> Subject:
    return subject_of_visit(messages, visit.message_id, visit.campaign_id, visit.platform)


def _visitor(visit: Visit) -> str:
    return visitor_key(visit.kind, visit.message_id, visit.advocate_id, visit.platform, visit.ip, visit.user_agent)


def _store_clicks(
    session: Session, account_id: str, clicks: list[Visit], messages: dict[str, Earned]
) -> tuple[list[Visit], Tally[Counter]]:
    """Store clicks and return the new ones, and what they count for."""
    known = known_clicks(session, {click.id: _at(click) for click in clicks})
    new = [click for click in clicks if click.id not in known]
    visitors: dict[tuple[str, str], str] = {}
    for click in sorted(new, key=lambda visit: visit.id):
        if click.verdict is Verdict.HUMAN:
            visitors.setdefault((account_id, _visitor(click)), click.id)
    first = first_visits(session, visitors)
    unique = {click_id for visitor, click_id in visitors.items() if visitor in first}
    add_clicks(session, [_click_values(click, messages, is_unique=click.id in unique) for click in new])
    counts: Tally[Counter] = Tally()
    for click in new:
        for metric in count_click(click.kind, click.verdict, is_unique=click.id in unique):
            counts[Counter(quarter_of(_at(click)), _subject(click, messages), metric)] += 1
    return new, counts


def _click_values(click: Visit, messages: dict[str, Earned], *, is_unique: bool) -> dict[str, Any]:
    reader = messages.get(click.message_id or "") if click.kind is LinkKind.MESSAGE else None
    return {
        "id": click.id,
        "account_id": click.account_id,
        "at": _at(click),
        "kind": click.kind,
        "message_id": click.message_id,
        "link_index": click.link_index,
        "contact_id": reader.contact_id if reader else None,
        "advocate_id": click.advocate_id,
        "campaign_id": click.campaign_id,
        "platform": click.platform,
        "url": click.url,
        "referrer": click.referrer,
        "referrer_platform": referrer_platform(click.referrer),
        "verdict": click.verdict,
        "signals": list(click.signals),
        "rules": click.rules,
        "ip": click.ip,
        "user_agent": click.user_agent,
        "method": click.method,
        "prefetch": click.prefetch,
        "is_unique": is_unique,
    }


def _store_presses(session: Session, account_id: str, presses: list[Visit]) -> list[Visit]:
    new = add_shares(
        session,
        [
            {
                "id": press.id,
                "account_id": account_id,
                "at": _at(press),
                "message_id": press.message_id,
                "advocate_id": press.advocate_id,
                "campaign_id": press.campaign_id,
                "platform": press.platform,
                "verdict": press.verdict,
                "signals": list(press.signals),
                "rules": press.rules,
                "ip": press.ip,
                "user_agent": press.user_agent,
                "method": press.method,
                "prefetch": press.prefetch,
            }
            for press in presses
        ],
    )
    return [press for press in presses if press.id in new]


def _credit_waiting(
    session: Session,
    account_id: str,
    clicks: list[Visit],
    presses: list[Visit],
    messages: dict[str, Earned],
    *,
    now: datetime,
) -> None:
    """Look again at the orders and signups that may have waited for what has just come in."""
    arrival = Arrival(
        since=min((_at(visit) for visit in (*clicks, *presses)), default=now),
        click_ids=frozenset(click.id for click in clicks),
        contact_ids=frozenset(message.contact_id for message in messages.values()),
        advocate_ids=frozenset(click.advocate_id for click in clicks if click.advocate_id),
        shared_message_ids=frozenset(press.message_id for press in presses if press.message_id),
        sharing_advocate_ids=frozenset(
            press.advocate_id for press in presses if press.advocate_id and not press.message_id
        ),
    )
    sharers = [
        Sharer(press.advocate_id, press.ip, press.user_agent, _at(press)) for press in presses if press.advocate_id
    ]
    credit_waiting(session, account_id, arrival, sharers, now=now)
