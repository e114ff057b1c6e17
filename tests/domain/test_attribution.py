"""Who earned an order: the click it names, else the last human click in the window, else nobody, with the reason."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.attribution import REASONS, Chain, Claim, Click, Reason, Standing, attribute, last_click
from app.domain.visit import LinkKind, Verdict

ORDERED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WINDOW = timedelta(days=30)
SECOND = timedelta(seconds=1)


def click(name="click", *, before=timedelta(hours=1), kind=LinkKind.MESSAGE, verdict=Verdict.HUMAN, **values):
    said = {"message_id": "message", "advocate_id": None, "platform": None, "sharer_id": None, **values}
    return Click(name, ORDERED - before, kind, verdict, **said)


def credit(*, named=None, of_contact=(), of_advocate=(), names_click=False, contact_id="buyer", advocate_id=None):
    claim = Claim(ORDERED, names_click or named is not None, contact_id, advocate_id)
    return attribute(claim, named=named, of_contact=of_contact, of_advocate=of_advocate, window=WINDOW)


def test_the_latest_click_of_several_is_the_last_one():
    clicks = [click("old", before=timedelta(days=2)), click("new"), click("older", before=timedelta(days=3))]
    assert last_click(clicks, claimed_at=ORDERED, window=WINDOW).id == "new"


def test_of_two_clicks_at_the_same_moment_the_later_id_decides():
    assert last_click([click("b"), click("c"), click("a")], claimed_at=ORDERED, window=WINDOW).id == "c"


def test_both_ends_of_the_window_count():
    assert last_click([click(before=WINDOW)], claimed_at=ORDERED, window=WINDOW)
    assert last_click([click(before=timedelta(0))], claimed_at=ORDERED, window=WINDOW)


def test_a_click_before_the_window_or_after_the_order_does_not_count():
    outside = [click(before=WINDOW + SECOND), click(before=-SECOND)]
    assert last_click(outside, claimed_at=ORDERED, window=WINDOW) is None


@pytest.mark.parametrize("verdict", [Verdict.MACHINE, Verdict.PREVIEW, Verdict.UNKNOWN])
def test_only_a_persons_click_can_be_the_last_one(verdict):
    assert last_click([click(verdict=verdict)], claimed_at=ORDERED, window=WINDOW) is None


def test_the_named_click_goes_before_a_later_one_of_the_same_person():
    found = credit(named=click("named", before=timedelta(days=1)), of_contact=[click("later")])
    assert (found.standing, found.reason, found.click.id) == (Standing.ATTRIBUTED, Reason.NAMED_CLICK, "named")


def test_the_named_click_counts_however_old_it_is():
    assert credit(named=click(before=timedelta(days=400))).reason is Reason.NAMED_CLICK


def test_without_a_named_click_the_contacts_own_goes_before_the_advocates():
    found = credit(of_contact=[click("own", before=timedelta(days=3))], of_advocate=[click("shared")])
    assert (found.reason, found.click.id) == (Reason.LAST_CLICK_OF_CONTACT, "own")


def test_the_advocates_click_counts_where_the_contact_made_none():
    found = credit(of_advocate=[click("shared", kind=LinkKind.SHARED)], advocate_id="ad")
    assert (found.standing, found.reason) == (Standing.ATTRIBUTED, Reason.LAST_CLICK_OF_ADVOCATE)


def test_a_named_click_that_has_not_come_in_is_waited_for():
    found = credit(names_click=True)
    assert (found.standing, found.reason, found.click) == (Standing.PENDING, Reason.AWAITING_CLICK, None)


def test_while_the_named_click_is_awaited_the_last_known_one_has_the_credit():
    assert credit(names_click=True, of_contact=[click()]).reason is Reason.LAST_CLICK_OF_CONTACT


def test_a_machines_named_click_earns_nothing():
    found = credit(named=click(verdict=Verdict.MACHINE))
    assert (found.standing, found.reason) == (Standing.UNATTRIBUTED, Reason.CLICK_BY_MACHINE)


def test_behind_a_machines_named_click_a_persons_last_one_still_counts():
    found = credit(named=click(verdict=Verdict.PREVIEW), of_contact=[click("own")])
    assert found.click.id == "own"


def test_nobody_earns_by_following_the_link_they_shared():
    own = click(kind=LinkKind.SHARED, sharer_id="buyer")
    assert credit(named=own).reason is Reason.SELF_REFERRAL
    assert credit(of_advocate=[own]).standing is Standing.UNATTRIBUTED


def test_a_friend_with_no_known_contact_is_nobodys_self():
    assert credit(named=click(kind=LinkKind.SHARED, sharer_id="ad"), contact_id=None).reason is Reason.NAMED_CLICK
    assert credit(named=click(kind=LinkKind.SHARED, sharer_id=None), contact_id=None).reason is Reason.NAMED_CLICK


@pytest.mark.parametrize(
    ("contact_id", "advocate_id", "reason"),
    [
        ("buyer", None, Reason.NO_RECENT_CLICK),
        (None, "ad", Reason.NO_RECENT_CLICK),
        (None, None, Reason.NOTHING_KNOWN),
    ],
)
def test_without_any_click_the_reason_says_what_was_known(contact_id, advocate_id, reason):
    found = credit(contact_id=contact_id, advocate_id=advocate_id)
    assert (found.standing, found.reason) == (Standing.UNATTRIBUTED, reason)


@pytest.mark.parametrize(
    ("kind", "message_id", "chain"),
    [
        (LinkKind.MESSAGE, "message", Chain.MESSAGE_CLICK),
        (LinkKind.SHARED, "message", Chain.SHARED_CLICK),
        (LinkKind.SHARED, None, Chain.ADVOCATE_CLICK),
        (LinkKind.ADVOCATE, None, Chain.ADVOCATE_CLICK),
    ],
)
def test_the_link_says_which_way_the_credit_goes(kind, message_id, chain):
    assert click(kind=kind, message_id=message_id).chain is chain


def test_every_reason_has_its_sentence():
    assert set(REASONS) == set(Reason)
    assert all(sentence.endswith(".") for sentence in REASONS.values())
