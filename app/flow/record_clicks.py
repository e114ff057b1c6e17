"""A batch of the journal becomes clicks and shares, their counters and what they earned, in one transaction."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter

from app.domain.counting import QUARTER_S, Counter, count_click, count_share
from app.domain.kept_calls import KEPT
from app.domain.referrers import referrer_platform
from app.domain.visit import LinkKind, Verdict, Visit, visitor_key
from app.flow.credit_share import credit_shares
from app.flow.credit_waiting import credit_waiting
from app.flow.judge_visits import judge_visits
from app.flow.revise_verdicts import LATER_VISITS, revise_verdicts
from app.flow.tell_webhooks import tell_of_visits
from app.store.accounts import hold_account
from app.store.arrivals import Arrival, Sharer, has_credited
from app.store.base import Session, Transaction
from app.store.clicks import NewClick, add_clicks, first_visits, keep_refused, known_clicks, take_batch
from app.store.counters import bump
from app.store.messages import Earned, earned_by, subject_of_visit, subject_of_words, words_of_visit
from app.store.retention import visits_kept_since
from app.store.shares import add_shares

_QUARTER_MS = QUARTER_S * 1000
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
    long_ago = (now - KEPT).timestamp() * 1000
    for account_id, theirs in by_account.items():
        old = [visit for visit in theirs if visit.at_ms < long_ago and visit.kind is not LinkKind.PRESS]
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
    messages = earned_by(session, account_id, {visit.message_id for visit in visits if visit.message_id})
    judgement = judge_visits(session, account_id, visits, messages)
    presses = [visit for visit in judgement.visits if visit.kind is LinkKind.PRESS]
    clicks = [visit for visit in judgement.visits if visit.kind is not LinkKind.PRESS]
    new_clicks, unique = _store_clicks(session, account_id, clicks, messages)
    new_presses = _store_presses(session, account_id, presses)
    bump(session, account_id, _counted(new_clicks, unique, new_presses, messages))
    tell_of_visits(session, account_id, new_clicks, new_presses, messages, now=now)
    if new_presses:
        credit_shares(session, account_id, [press.id for press in new_presses], messages, now=now)
    _credit_waiting(session, account_id, clicks, new_presses, messages, now=now)
    recorded.verdicts.update([visit.verdict for visit in (*new_clicks, *new_presses)])
    recorded.revised.update(revise_verdicts(session, account_id, judgement.revised, by=LATER_VISITS, now=now))


def _line(visit: Visit) -> str:
    return visit.line().decode().rstrip("\n")


def _at(visit: Visit) -> datetime:
    return datetime.fromtimestamp(visit.at_ms / 1000, UTC)


def _visitor(visit: Visit) -> str:
    return visitor_key(visit.kind, visit.message_id, visit.advocate_id, visit.platform, visit.ip, visit.user_agent)


def _counted(
    clicks: Iterable[Visit], unique: Container[str], presses: Iterable[Visit], messages: Mapping[str, Earned]
) -> Tally[Counter]:
    """Return what visits count for; clicks that are alike are put together first, for there are very many."""
    counts: Tally[Counter] = Tally()
    alike = Tally(
        [
            (
                click.at_ms // _QUARTER_MS,
                words_of_visit(messages, click.message_id, click.campaign_id),
                *(click.platform, click.kind, click.verdict, click.id in unique),
            )
            for click in clicks
        ]
    )
    for (quarter, words, platform, kind, verdict, is_unique), number in alike.items():
        for metric in count_click(kind, verdict, is_unique=is_unique):
            counts[Counter(quarter, subject_of_words(words, platform), metric)] += number
    for press in presses:
        subject = subject_of_visit(messages, press.message_id, press.campaign_id, press.platform)
        counts[Counter(press.at_ms // _QUARTER_MS, subject, count_share(press.verdict))] += 1
    return counts


def _store_clicks(
    session: Session, account_id: str, clicks: list[Visit], messages: Mapping[str, Earned]
) -> tuple[list[Visit], set[str]]:
    """Store clicks and return the new ones, and the ids of those that are their visitors' first."""
    if not clicks:
        return [], set()
    known = known_clicks(session, clicks)
    new = [click for click in clicks if click.id not in known] if known else clicks
    visitors: dict[str, str] = {}
    for click in sorted(new, key=attrgetter("id")):
        if click.verdict is Verdict.HUMAN:
            visitors.setdefault(_visitor(click), click.id)
    unique = {visitors[visitor] for visitor in first_visits(session, account_id, visitors)}
    add_clicks(session, [_new_click(click, messages, is_unique=click.id in unique) for click in new])
    return new, unique


def _new_click(click: Visit, messages: Mapping[str, Earned], *, is_unique: bool) -> NewClick:
    reader = messages.get(click.message_id or "") if click.kind is LinkKind.MESSAGE else None
    return NewClick(click, reader.contact_id if reader else None, referrer_platform(click.referrer), is_unique)


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
    visits = [*clicks, *presses]
    if not visits or not has_credited(session, account_id):
        return
    arrival = Arrival(
        since=min(map(_at, visits)),
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
