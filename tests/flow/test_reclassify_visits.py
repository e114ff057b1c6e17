"""Today's rules over stored visits: verdicts, counters, credits and reports follow, each with its trace."""

import pytest

from app.domain.attribution import Reason, Standing
from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict
from app.domain.visitors import RULES_VERSION
from app.flow.explain_credit import explain_order
from app.flow.reclassify_visits import reclassify_visits
from app.store.clicks import list_clicks
from app.store.verdicts import revisions_of
from tests.flow.story import ADA, MINUTE, both_databases, counted

BROWSER = {"user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"}
ROBOT = {"user_agent": "NewGateway-Scanner/1.0"}
"""Taken for a person by rules of long ago."""
EMAIL = ContactDetails(email="ada@example.com")


@pytest.fixture
def reclassify(shop):
    def run(**given):
        # Other tests' accounts stand in the same database; their visits are none of this one's business.
        return reclassify_visits(transaction=shop.transaction, now=shop.now + 30 * MINUTE, **given)

    return run


@pytest.fixture
def alone(monkeypatch, shop):
    monkeypatch.setattr("app.flow.reclassify_visits.account_ids", lambda _: [shop.account.id])


def verdicts(shop):
    rows = shop.in_one(list_clicks, shop.account.id, before=None, limit=100)
    return {row.id: (row.verdict, row.is_unique) for row in rows}


@both_databases
def test_a_robot_that_was_taken_for_a_person_loses_all_it_was_counted_for(shop, alone, reclassify):
    message = shop.invited(Goal.SHARE)
    robot, person = shop.click(message, minutes=1, **ROBOT), shop.click(message, minutes=2, **BROWSER)
    pressed, shared = shop.press(message, "x", minutes=3, **ROBOT), shop.press(message, minutes=4, **BROWSER)
    friend = shop.friend(message, minutes=5, **ROBOT)
    shop.record(robot, person, pressed, shared, friend)
    assert counted(shop.channels()["x"]) == {"shares": 1, "conversions": 1}
    assert reclassify() == 3
    figures = counted(shop.messages()["invite"])
    assert (figures["clicked"], figures["unique_clicks"], figures["machine_clicks"]) == (1, 1, 1)
    assert (figures["shares"], figures["conversions"]) == (1, 1)
    assert counted(shop.channels()["whatsapp"]) == {"shares": 1, "conversions": 1, "machine_clicks": 1}
    assert verdicts(shop)[person.id] == ("human", True)
    assert verdicts(shop)[robot.id] == ("machine", False)
    assert shop.audit() == []
    [revision] = shop.in_one(revisions_of, shop.account.id, robot.id)
    assert (revision.old_verdict, revision.new_verdict, revision.rules) == ("human", "machine", RULES_VERSION)
    assert (revision.by, revision.signals) == (f"rules {RULES_VERSION}", ["program", "scann"])


@both_databases
def test_done_again_it_changes_nothing(shop, alone, reclassify):
    message = shop.invited(Goal.SHARE)
    robot = shop.click(message, minutes=1, **ROBOT)
    shop.record(robot, shop.press(message, minutes=2, **ROBOT))
    assert reclassify() == 2
    before = (shop.messages(), shop.channels())
    assert [reclassify(), reclassify()] == [0, 0]
    assert (shop.messages(), shop.channels()) == before
    assert len(shop.in_one(revisions_of, shop.account.id, robot.id)) == 1


def test_a_person_that_was_taken_for_a_robot_is_counted_after_all(shop, alone, reclassify):
    message = shop.invited(Goal.SHARE)
    click = shop.click(message, minutes=1, verdict=Verdict.MACHINE, **BROWSER)
    shop.record(click, shop.press(message, minutes=2, verdict=Verdict.MACHINE, **BROWSER))
    order = shop.order(mbsy_source=click.id)
    assert shop.placed(order).reason == Reason.CLICK_BY_MACHINE
    assert reclassify() == 2
    figures = counted(shop.messages()["invite"])
    assert (figures["clicked"], figures["unique_clicks"], figures["shares"]) == (1, 1, 1)
    assert (shop.placed(order).standing, shop.placed(order).click_id) == (Standing.ATTRIBUTED, click.id)
    assert shop.audit() == []


@both_databases
def test_an_order_goes_from_the_robot_to_the_next_best_click_and_says_so(shop, alone, reclassify):
    message = shop.invited()
    person, robot = shop.click(message, minutes=1, **BROWSER), shop.click(message, minutes=2, **ROBOT)
    shop.record(person, robot)
    order = shop.order(buyer=ADA)
    assert shop.placed(order).click_id == robot.id
    reclassify()
    assert shop.placed(order).click_id == person.id
    assert counted(shop.messages()["invite"])["revenue"] == "49.90 EUR"
    told = " ".join(step.text for step in shop.in_one(explain_order, shop.account, "o-1").sentences)
    assert f"The click {robot.id} was taken for a person's at first" in told
    assert "judged a machine's (program, scann), so it earns nothing." in told
    assert shop.audit() == []


def test_an_order_whose_only_click_was_a_robots_is_credited_to_nobody(shop, alone, reclassify):
    robot = shop.friend(shop.invited(), minutes=1, **ROBOT)
    shop.record(robot)
    order = shop.order(mbsy_source=robot.id)
    assert shop.placed(order).standing == Standing.ATTRIBUTED
    reclassify()
    assert (shop.placed(order).standing, shop.placed(order).reason) == ("unattributed", Reason.CLICK_BY_MACHINE)
    assert "revenue" not in counted(shop.messages()["invite"])
    assert shop.audit() == []


def test_a_signup_follows_its_click_too(shop, alone, reclassify):
    robot = shop.friend(shop.invited(Goal.SIGNUP), minutes=1, **ROBOT)
    shop.record(robot)
    shop.now += 2 * MINUTE
    shop.signup(mbsy_source=robot.id)
    assert counted(shop.messages()["invite"])["signups"] == 1
    reclassify()
    assert "signups" not in counted(shop.messages()["invite"])
    assert shop.audit() == []


def test_what_is_older_than_asked_for_stays(shop, alone, reclassify):
    message = shop.invited()
    shop.record(shop.click(message, minutes=1, **ROBOT), shop.click(message, minutes=9, **ROBOT))
    assert reclassify(since=shop.now + 5 * MINUTE) == 1
    assert counted(shop.messages()["invite"])["clicked"] == 1


def test_stopped_in_the_middle_it_goes_on_where_it_is_needed(shop, alone, reclassify, monkeypatch):
    monkeypatch.setattr("app.flow.reclassify_visits._AT_ONCE", 2)
    message = shop.invited()
    shop.record(*[shop.click(message, minutes=n + 1, **ROBOT) for n in range(5)])
    from app.flow import reclassify_visits as module

    calls = iter([True, False])
    revise = module.revise_verdicts

    def stumble(*words, **given):
        if not next(calls, True):
            raise KeyboardInterrupt
        return revise(*words, **given)

    monkeypatch.setattr(module, "revise_verdicts", stumble)
    with pytest.raises(KeyboardInterrupt):
        reclassify()
    assert shop.audit() == []
    assert reclassify() == 3
    assert counted(shop.messages()["invite"])["machine_clicks"] == 5
    assert shop.audit() == []


def test_a_prefetch_and_a_head_stay_what_they_were(shop, alone, reclassify):
    message = shop.invited()
    preview = shop.click(message, minutes=1, verdict=Verdict.PREVIEW, prefetch="prefetch", **BROWSER)
    head = shop.click(message, minutes=2, verdict=Verdict.MACHINE, method="HEAD", **BROWSER)
    shop.record(preview, head)
    assert reclassify() == 0


def test_each_account_keeps_its_own(shop, other_shop, alone, reclassify):
    robot = other_shop.click(other_shop.invited(), minutes=1, **ROBOT)
    other_shop.record(robot)
    assert reclassify() == 0
    assert verdicts(other_shop)[robot.id][0] == "human"
