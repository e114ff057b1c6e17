"""Which visits behind an order or a signup turned out to be another's than they were taken for."""

from datetime import datetime

from app.domain.attribution import tells_apart
from app.domain.message import Goal
from app.domain.visit import LinkKind, Verdict
from app.store.base import Session
from app.store.clicks import ClickRow, click_row
from app.store.orders import OrderRow, SignupRow
from app.store.outcomes import outcomes_of
from app.store.shares import presses_behind
from app.store.verdicts import VerdictRevisionRow, revisions_of

_WHOSE = {
    Verdict.HUMAN: "a person's",
    Verdict.MACHINE: "a machine's",
    Verdict.PREVIEW: "a preview's",
    Verdict.UNKNOWN: "nobody's in particular",
}

_WHO_PRESSED = {
    True: "so whoever clicked in that browser had shared the link themselves",
    False: "so it does not show whose browser that was",
}


def explain_revisions(session: Session, row: OrderRow | SignupRow) -> list[tuple[datetime, str, str]]:
    """Return (when, visit, sentence) of each visit behind it whose verdict was revised.

    These are the clicks that it named or was credited to, and the presses that show whose browser a click came from.
    """
    goal = Goal.ORDER if isinstance(row, OrderRow) else Goal.SIGNUP
    credited = [outcome.click_id for outcome in outcomes_of(session, row.account_id, goal, row.id)]
    told = []
    for click_id in dict.fromkeys([*credited, row.mbsy_source]):
        click = click_row(session, row.account_id, click_id) if click_id else None
        if click is None:
            continue
        if revised := revisions_of(session, row.account_id, click.id):
            earns = "so it may earn" if revised[-1].new_verdict == Verdict.HUMAN else "so it earns nothing"
            told.append((revised[-1].at, click.id, _sentence("click", revised[-1], earns)))
        for press_id in _presses(session, click):
            if revised := revisions_of(session, row.account_id, press_id):
                is_own = revised[-1].new_verdict == Verdict.HUMAN
                told.append((revised[-1].at, press_id, _sentence("press", revised[-1], _WHO_PRESSED[is_own])))
    return told


def _presses(session: Session, click: ClickRow) -> list[str]:
    if click.kind == LinkKind.MESSAGE or not click.advocate_id or not tells_apart(click.ip):
        return []
    browser = {"network": click.ip, "user_agent": click.user_agent}
    return presses_behind(session, click.account_id, click.advocate_id, **browser, until=click.at)


def _sentence(what: str, revised: VerdictRevisionRow, so: str) -> str:
    signs = f" ({', '.join(revised.signals)})" if revised.signals else ""
    return (
        f"The {what} {revised.visit_id} was taken for {_WHOSE[Verdict(revised.old_verdict)]} at first; by {revised.by}"
        f" it was judged {_WHOSE[Verdict(revised.new_verdict)]}{signs}, {so}."
    )
