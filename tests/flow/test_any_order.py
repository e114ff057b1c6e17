"""Clicks, shares, orders, refunds and signups come in any order, twice, and in any batches; the reports do not care."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from app.domain.message import ContactDetails, Goal
from app.domain.visit import Verdict, Visit
from app.flow.create_account import create_account
from app.flow.credit_outcome import credit_signup
from app.flow.explain_credit import explain_order, explain_signup
from app.flow.record_order import record_order
from app.flow.requeue_stuck import requeue_stuck
from app.store.base import transactions
from app.store.messages import MessageRow
from app.store.orders import OrderRow, SignupRow
from tests.databases import NOW
from tests.flow.story import BOB, DAY, MINUTE, Shop
from tests.renewed_file import RenewedFile

ADA = ContactDetails(email="ada@example.com", first_name="Ada")
CAROL = ContactDetails(email="carol@example.com", first_name="Carol")
EVE = ContactDetails(email="eve@friends.example", first_name="Eve")


@dataclass(frozen=True)
class Happening:
    """Something the hub is told at some time: a visit by the journal, or anything else by a call."""

    name: str
    visit: Visit | None = None
    call: Callable[[Shop], list[Callable[[], None]]] | None = None
    """Tells the hub, and returns what is to be credited afterwards."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Open one database for all tellings: what was compiled for the first serves the others."""
    with RenewedFile(tmp_path_factory.mktemp("any-order") / "hub.db") as hub:
        # What a power cut would leave is not the question here, and this is ten times faster.
        event.listen(hub.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        yield hub


def opened(hub: RenewedFile, original: Path) -> Shop:
    hub.renew(original)
    shop = object.__new__(Shop)
    shop.transaction = transactions(hub.engine)
    return shop


@pytest.fixture(scope="module")
def beginning(hub, migrated_file):
    """A file in which five messages were sent, and everything that happens afterwards."""
    shop = opened(hub, migrated_file)
    shop.now = NOW
    shop.account = shop.in_one(create_account, "shop", "refer.shop.example", now=NOW).account
    shares, orders = shop.invited(Goal.SHARE, "shares", ADA), shop.invited(Goal.ORDER, "orders", ADA)
    signups = shop.invited(Goal.SIGNUP, "signups", CAROL)
    scanned = list(gateway(shop))
    happenings = [*happen(shop, shares, orders, signups), *scanned]
    hub.engine.dispose()
    path = shutil.copy(hub.path, hub.path.with_name("beginning.db"))
    return hub, path, shop.account, happenings


def gateway(shop):
    """Yield how a mail gateway follows everything in two people's mail, and what their owners do afterwards."""
    links = "".join(f"<a href='https://shop.example/{n}'>{n}</a>" for n in range(3))
    shop.template("scanned", goal=Goal.SHARE, html=links + "{% sharing_widget %}")
    mails = [
        shop.sent(template="scanned", campaign="spring", contact=ContactDetails(email=f"reader{n}@example.com"))
        for n in range(2)
    ]
    shop.in_one(lambda session: setattr(session.get(MessageRow, mails[1].id), "canary_index", 3))
    scanner = {"who": "192.0.2.0"}
    opened = [shop.click(mails[0], minutes=n / 120, link_index=n, **scanner) for n in range(3)]
    sprung = shop.click(mails[1], minutes=3, link_index=3, **scanner)
    followed = [shop.click(mails[1], minutes=2, **scanner), shop.press(mails[1], minutes=4, **scanner)]
    for number, visit in enumerate((*opened, sprung, *followed)):
        yield Happening(f"a gateway follows {number}", visit)
    yield Happening("its owner clicks", shop.click(mails[1], minutes=5))
    yield Happening("its owner shares", shop.press(mails[1], minutes=6))
    buyer = ContactDetails(email="reader1@example.com")
    yield Happening("an order names the gateway", call=order(order_id="named", mbsy_source=opened[1].id))
    friend = shop.friend(mails[1], minutes=8, **scanner)
    yield Happening("somebody behind the gateway comes by the link", friend)
    # Their browser is the one in which the gateway pressed the button, which is not to make them the sharer.
    behind = {"order_id": "behind", "mbsy_source": friend.id}
    yield Happening("they order", call=order(**behind))
    for minutes, comes_to in ((30, 3000), (31, 2000)):
        edited = {"status": "paid", "as_of": NOW + minutes * MINUTE, "current_minor": comes_to}
        yield Happening(f"their order is made {comes_to}", call=order(**behind, **edited))
    refund = {"order_id": "behind", "refunds": {"r-1": 700}, "total": 0, "minutes": None, "buyer": ContactDetails()}
    yield Happening("they get something back", call=order(**refund))
    yield Happening("its owner orders", call=order(order_id="owner", buyer=buyer, total=100))


def happen(shop, shares, orders, signups):
    visits = {
        "Ada clicks": shop.click(orders, minutes=1),
        "Ada clicks again": shop.click(orders, minutes=2),
        "Ada clicks the other": shop.click(shares, minutes=3),
        "a scanner clicks": shop.click(orders, minutes=4, verdict=Verdict.MACHINE),
        "Ada shares on X": shop.press(shares, "x", minutes=5),
        "Ada shares on WhatsApp": shop.press(shares, minutes=6),
        "Ada shares on WhatsApp again": shop.press(shares, minutes=7),
        "a robot shares": shop.press(shares, "x", minutes=4, verdict=Verdict.MACHINE),
        "Ada shares her order": shop.press(orders, minutes=8),
        "Bob comes": shop.friend(shares, minutes=9),
        "Eve comes": shop.friend(orders, minutes=10, who="10.7.7.0"),
        "Eve comes by the plain link": shop.plain(orders, minutes=11, who="10.7.7.0"),
        "Ada tries her own link": shop.friend(shares, "x", minutes=12, who="10.0.0.0"),
        "somebody comes by Carol": shop.plain(signups, minutes=13),
        "Carol's friend comes": shop.friend(signups, "facebook", minutes=14),
    }
    for name, visit in visits.items():
        yield Happening(name, visit)
    code = {"mbsy": "ada"}
    for name, given_ in {
        "Bob orders": {"order_id": "bob", "mbsy_source": visits["Bob comes"].id},
        "Bob's order is paid": {"order_id": "bob", "status": "paid", "mbsy_source": visits["Bob comes"].id},
        "Bob gets something back": {
            "order_id": "bob",
            "status": "partially_refunded",
            "refunded_minor": 1000,
            "minutes": None,
        },
        "Eve orders": {"order_id": "eve", "buyer": EVE, **code},
        "Eve cancels": {"order_id": "eve", "buyer": EVE, "status": "cancelled", "total": 0, "minutes": None},
        "Ada orders": {"order_id": "ada", "buyer": ADA, "total": 500, "currency": "JPY"},
        "Ada orders by her own link": {
            "order_id": "own",
            "buyer": ADA,
            "mbsy_source": visits["Ada tries her own link"].id,
        },
        "a machine's order": {"order_id": "machine", "mbsy_source": visits["a scanner clicks"].id, "buyer": BOB},
        "an order by Dan's address": {"order_id": "dan", "buyer": ContactDetails(email="dan@friends.example")},
        "nobody's order": {"order_id": "nobody", "mbsy_source": "0192f0c0-0000-7000-8000-000000000000"},
        "an order after the window": {"order_id": "late", **code, "placed_days": 31},
        "an order in the middle of it": {"order_id": "middle", **code, "minutes": 10},
        "an order with Dan's discount": {"order_id": "discount", "discount_codes": ("SUMMER", "DAN")},
        "an order with two discounts": {"order_id": "discounts", "discount_codes": ("dan", "ada")},
        "an order with Dan's code and Ada's discount": {"order_id": "both", "mbsy": "dan", "discount_codes": ("ADA",)},
    }.items():
        yield Happening(name, call=order(**given_))
    friend = ContactDetails(email="dan@friends.example", first_name="Dan")
    yield Happening("Dan signs up", call=signup(friend, visits["Carol's friend comes"].id))
    yield Happening("Eve signs up", call=signup(EVE, visits["Eve comes"].id))


def order(*, placed_days=0, minutes=20, **given_):
    def call(shop):
        notice = shop.notice(minutes=minutes, **{"status": "created", **given_})
        if placed_days:
            notice = replace(notice, placed_at=shop.now + placed_days * DAY)
        row_id = shop.in_one(record_order, shop.account, notice, now=shop.now)
        return [lambda: shop.credit(row_id)]

    return call


def signup(details, click_id):
    def call(shop):
        shop.now += 20 * MINUTE
        enrolled = shop.signup(details, credit=False, mbsy_source=click_id)
        shop.now -= 20 * MINUTE
        return [lambda: credit_signups(shop, enrolled)]

    return call


def credit_signups(shop, enrolled):
    if enrolled.signup_id:
        shop.in_one(credit_signup, enrolled.signup_id, now=shop.now)


def told(beginning, happenings, *, batch_ends=frozenset(), credit_at=frozenset()):
    """Tell a fresh hub everything in this order, and return what its reports say in the end."""
    hub, path, account, _ = beginning
    shop = opened(hub, path)
    shop.account, shop.now = account, NOW
    batch, to_credit = [], []
    for place, happening in enumerate(happenings):
        if happening.visit:
            batch.append(happening.visit)
        else:
            to_credit += happening.call(shop)
        if place in batch_ends and batch:
            shop.record(*batch)
            batch = []
        if place in credit_at:
            while to_credit:
                to_credit.pop()()
    shop.record(*batch)
    for credit in to_credit:
        credit()
    # What nobody was woken for, the sweep finds.
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now + timedelta(hours=1))
    for row_id in woken.orders:
        shop.credit(row_id)
    for row_id in woken.signups:
        shop.in_one(credit_signup, row_id, now=shop.now)
    return shop.messages(), shop.channels(), shop.audit(), reasons(shop)


def reasons(shop):
    """Return why each order and signup was credited as it was; which verdicts were revised depends on the batches."""
    with shop.transaction() as session:
        numbers = session.execute(select(OrderRow.order_id)).scalars().all()
        signups = session.execute(select(SignupRow.id)).scalars().all()
        told = [explain_order(session, shop.account, number) for number in numbers]
        told += [explain_signup(session, shop.account, signup) for signup in signups]
    return sorted([one.text for one in why.sentences if one.kind != "revision"] for why in told)


@pytest.fixture(scope="module")
def expected(beginning):
    return told(beginning, beginning[3], batch_ends={14}, credit_at={25, 27})


def test_told_in_the_order_in_which_it_happened_it_gives_the_figures_that_people_would_count(expected):
    messages, channels, audit, _ = expected
    assert audit == []
    assert {name: row["conversions"] for name, row in messages.items()} == {
        "shares": 1,
        "orders": 1,
        "signups": 1,
        "scanned": 1,
    }
    assert messages["shares"]["shares"] == 3
    assert messages["shares"]["revenue"] == [
        {"currency": "EUR", "amount": "89.80"},
        {"currency": "JPY", "amount": "500"},
    ]
    assert messages["orders"]["machine_clicks"] == 1
    assert messages["signups"]["signups"] == 1
    assert channels["x"]["conversions"] == 1
    assert {name: messages["scanned"][name] for name in ("clicked", "machine_clicks", "shares", "orders")} == {
        "clicked": 1,
        "machine_clicks": 5,
        "shares": 1,
        "orders": 2,
    }
    assert messages["scanned"]["revenue"] == [{"currency": "EUR", "amount": "14.00"}]


@settings(max_examples=5, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_the_same_events_ends_in_the_same_reports(beginning, expected, data):
    happenings = beginning[3]
    twice = data.draw(st.lists(st.sampled_from(happenings), max_size=12), label="told again")
    sequence = data.draw(st.permutations([*happenings, *twice]), label="sequence")
    places = st.frozensets(st.integers(0, len(sequence) - 1))
    batch_ends, credit_at = data.draw(places, label="batch ends"), data.draw(places, label="credited at")
    assert told(beginning, sequence, batch_ends=batch_ends, credit_at=credit_at) == expected
