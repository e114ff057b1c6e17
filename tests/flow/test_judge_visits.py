"""Who opens every link at once, follows what nobody sees, or comes for many: found out by the company they keep."""

import itertools

import pytest
from sqlalchemy import update

from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict
from app.flow.judge_delivered import judge_delivered
from app.flow.reclassify_visits import reclassify_visits
from app.store.clicks import list_clicks
from app.store.messages import MessageEventRow, MessageRow
from app.store.verdicts import revisions_of
from tests.flow.story import MINUTE, both_databases, counted

SECOND = 1 / 60
"""In minutes."""
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
GATEWAY = {"who": "192.0.2.0", "user_agent": BROWSER}
LINKS = "".join(f"<a href='https://shop.example/{n}'>{n}</a>" for n in range(3))


@pytest.fixture
def mail(shop):
    """Send an email with three links, and perhaps one that nobody sees."""
    number = itertools.count()

    def send(*, canary=False):
        shop.campaign()
        shop.template("news", goal=Goal.SHARE, html=LINKS + "{% sharing_widget %}")
        reader = ContactDetails(email=f"reader{next(number)}@example.com")
        message = shop.sent(template="news", campaign="spring", contact=reader)
        if canary:
            shop.in_one(lambda session: setattr(session.get(MessageRow, message.id), "canary_index", 3))
        return message

    return send


def verdicts(shop):
    rows = shop.in_one(list_clicks, shop.account.id, before=None, limit=100)
    return {row.id: (row.verdict, row.signals) for row in rows}


def all_links(shop, message, *, at=0.0, **given):
    return [shop.click(message, minutes=at + n * SECOND / 2, link_index=n, **GATEWAY | given) for n in range(3)]


def test_someone_who_opens_the_mail_at_once_and_presses_one_link_is_a_person(shop, mail):
    click = shop.click(mail(), minutes=SECOND, **GATEWAY)
    shop.record(click)
    assert verdicts(shop)[click.id] == ("human", [])


def test_someone_who_opens_every_link_at_once_later_on_is_a_person(shop, mail):
    shop.record(*all_links(shop, mail(), at=30))
    assert {verdict for verdict, _ in verdicts(shop).values()} == {"human"}


@both_databases
@pytest.mark.parametrize("batches", [(3,), (1, 1, 1), (2, 1)])
def test_who_opens_every_link_at_once_at_delivery_is_a_machine_in_whatever_batches(shop, mail, batches):
    clicks = all_links(shop, mail())
    coming = iter(clicks)
    for size in batches:
        shop.record(*itertools.islice(coming, size))
    assert list(verdicts(shop).values()) == [("machine", ["all-links", "at-delivery"])] * 3
    assert counted(shop.messages()["news"])["machine_clicks"] == 3
    assert "clicked" not in counted(shop.messages()["news"])
    assert shop.audit() == []


def test_a_batch_tells_how_its_visits_were_judged_and_which_earlier_verdicts_it_revised(shop, mail):
    first, second, third = all_links(shop, mail())
    alone = shop.record(first, second, batch=f"{shop.account.id}-1")
    assert (alone.verdicts, alone.revised) == ({Verdict.HUMAN: 2}, {})
    together = shop.record(third, batch=f"{shop.account.id}-2")
    assert together.verdicts == {Verdict.MACHINE: 1}
    assert together.revised == {(Verdict.HUMAN, Verdict.MACHINE): 2}
    again = shop.record(third, batch=f"{shop.account.id}-2")
    assert (again.verdicts, again.revised) == ({}, {})


def test_two_people_with_different_browsers_do_not_make_one_machine(shop, mail):
    message = mail()
    first, second, _ = all_links(shop, message)
    shop.record(first, second, shop.click(message, link_index=2, minutes=SECOND, who="198.51.100.0"))
    assert {verdict for verdict, _ in verdicts(shop).values()} == {"human"}


@both_databases
@pytest.mark.parametrize("backwards", [False, True])
def test_one_network_that_comes_for_many_readers_at_delivery_is_a_gateway(shop, mail, backwards):
    clicks = [shop.click(mail(), minutes=SECOND * n / 10, **GATEWAY) for n in range(6)]
    for click in reversed(clicks) if backwards else clicks:
        shop.record(click)
    assert list(verdicts(shop).values()) == [("machine", ["at-delivery", "busy-network"])] * 6
    assert len(shop.in_one(revisions_of, shop.account.id, clicks[2].id)) == 1
    assert shop.audit() == []


def test_many_readers_in_one_office_are_people(shop, mail):
    shop.record(*[shop.click(mail(), minutes=3, **GATEWAY) for _ in range(8)])
    assert {verdict for verdict, _ in verdicts(shop).values()} == {"human"}


@both_databases
@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[::2])
def test_who_follows_what_nobody_sees_is_found_out_with_all_it_did_near_by(shop, mail, order):
    message = mail(canary=True)
    visits = [
        shop.click(message, minutes=5, **GATEWAY),
        shop.click(message, minutes=7, link_index=3, **GATEWAY),
        shop.press(message, minutes=8, **GATEWAY),
    ]
    reader = shop.click(message, minutes=6, who="198.51.100.0", user_agent=BROWSER)
    shop.record(reader)
    for place in order:
        shop.record(visits[place])
    found = verdicts(shop)
    assert [found[visit.id] for visit in visits[:2]] == [("machine", ["canary"])] * 2
    assert found[reader.id] == ("human", [])
    figures = counted(shop.messages()["news"])
    assert (figures["clicked"], figures["machine_clicks"]) == (1, 2)
    assert "shares" not in figures
    assert shop.audit() == []


def test_the_rules_run_again_find_the_same(shop, mail, monkeypatch):
    monkeypatch.setattr("app.flow.reclassify_visits.account_ids", lambda _: [shop.account.id])
    message = mail(canary=True)
    shop.record(*all_links(shop, mail()), shop.click(message, link_index=3, minutes=9, **GATEWAY))
    before = verdicts(shop)
    assert reclassify_visits(transaction=shop.transaction, now=shop.now + 30 * MINUTE) == 0
    assert verdicts(shop) == before


@both_databases
@pytest.mark.parametrize("reported_first", [True, False])
def test_a_delivery_counts_whether_it_is_reported_before_the_visits_or_after_them(shop, mail, reported_first):
    message = mail()
    arrived = shop.now + 10 * MINUTE

    def report(session):
        session.execute(update(MessageEventRow).where(*_delivery(message)).values(at=arrived))
        judge_delivered(session, shop.account.id, [message.id], now=shop.now)

    steps = [lambda: shop.in_one(report), lambda: shop.record(*all_links(shop, message, at=10 + SECOND))]
    for step in steps if reported_first else reversed(steps):
        step()
    assert list(verdicts(shop).values()) == [("machine", ["all-links", "at-delivery"])] * 3
    assert shop.audit() == []


def _delivery(message):
    return MessageEventRow.message_id == message.id, MessageEventRow.type == "delivered"
