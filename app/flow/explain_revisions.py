"""Which clicks behind an order or a signup turned out to be another's than they were taken for."""

from datetime import datetime

from app.domain.message import Goal
from app.domain.visit import Verdict
from app.store.base import Session
from app.store.orders import OrderRow, SignupRow
from app.store.outcomes import outcomes_of
from app.store.verdicts import revisions_of

_WHOSE = {
    Verdict.HUMAN: "a person's",
    Verdict.MACHINE: "a machine's",
    Verdict.PREVIEW: "a preview's",
    Verdict.UNKNOWN: "nobody's in particular",
}


def explain_revisions(session: Session, row: OrderRow | SignupRow) -> list[tuple[datetime, str, str]]:
    """Return (when, click, sentence) of each click that it named or was credited to and whose verdict was revised."""
    goal = Goal.ORDER if isinstance(row, OrderRow) else Goal.SIGNUP
    credited = [outcome.click_id for outcome in outcomes_of(session, row.account_id, goal, row.id)]
    told = []
    for click_id in dict.fromkeys([*credited, row.mbsy_source]):
        revised = revisions_of(session, row.account_id, click_id) if click_id else []
        if click_id and revised:
            last = revised[-1]
            signs = f" ({', '.join(last.signals)})" if last.signals else ""
            earns = "so it may earn" if last.new_verdict == Verdict.HUMAN else "so it earns nothing"
            text = (
                f"The click {click_id} was taken for {_WHOSE[Verdict(last.old_verdict)]} at first; by {last.by} it was"
                f" judged {_WHOSE[Verdict(last.new_verdict)]}{signs}, {earns}."
            )
            told.append((last.at, click_id, text))
    return told
