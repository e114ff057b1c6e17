"""What providers report: forward only, each piece of news once, and whoever says no hears no more."""

import importlib
import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from structlog.testing import capture_logs

from app.domain.behind import MessageMetric
from app.domain.consent import Refusal
from app.domain.counting import Span
from app.domain.delivery import Sign
from app.domain.message import Channel, Status
from app.flow.record_delivery import record_deliveries
from app.flow.resend_message import resend_message
from app.store import schema
from app.store.behind_figures import behind_messages
from app.store.suppressions import suppressed
from integrations.protocol import DeliveryEvent, UncertainError
from tests.flow.story import ADA, MINUTE, Carrier, at_once, both_databases

EMAIL, PHONE = ("email", ADA.email), ("sms", ADA.phone)


@pytest.fixture
def told(shop):
    """Have a provider tell of a message; at a minute after now, unless it does not say when."""

    def tell(message, event, status=Status.SENT, *, minute=1, provider="sendgrid", to=None, **given):
        at = shop.now + minute * MINUTE if minute is not None else None
        said = {
            "provider_id": "first",
            "channel": "email",
            "message_id": message.id if message else None,
            "at": at,
        } | given
        news = DeliveryEvent(provider=provider, event=event, status=status, **said)
        place = to or shop
        place.in_one(record_deliveries, place.account.id, [news], callback_id="c-1", now=shop.now)

    return tell


@pytest.fixture
def sent(shop):
    """Send a message by a provider that only says that it took it."""

    def send(**given):
        shop.template()
        message_id = shop.trigger(template="invite", **given).message_id
        shop.send(message_id, Carrier())
        return shop.message(message_id)

    return send


def figures(shop):
    row = shop.messages()["invite"]
    return {name: row[name] for name in ("sent", "delivered", "failed", "opened", "machine_opens") if row[name]}


@both_databases
def test_an_arrival_is_told_once_and_counted_once(shop, sent, told):
    message = sent()
    for _ in range(2):
        told(message, "delivered", Status.DELIVERED)
    told(message, "delivered", Status.DELIVERED, minute=2)
    assert shop.message(message.id).status == Status.DELIVERED
    assert shop.events(message.id) == ["queued", "sent", "delivered"]
    assert figures(shop) == {"sent": 1, "delivered": 1}
    assert shop.audit() == []


def test_reports_in_any_order_end_alike(shop, sent, told):
    reports = [
        ("processed", Status.SENT),
        ("deferred", Status.SENT),
        ("bounce", Status.FAILED),
        ("delivered", Status.DELIVERED),
    ]
    for order in random.Random(7).sample(list(itertools.permutations(reports)), 5):
        message = sent()
        for event, status in order:
            told(message, event, status)
        assert shop.message(message.id).status == Status.DELIVERED
    assert shop.audit() == []


@both_databases
def test_the_same_report_many_times_at_once_counts_once(shop, sent, told):
    message = sent()
    assert at_once(*[lambda: told(message, "delivered", Status.DELIVERED)] * 4) == [None] * 4
    assert shop.events(message.id) == ["queued", "sent", "delivered"]
    assert shop.audit() == []


def test_a_failure_says_why(shop, sent, told):
    message = sent()
    told(message, "undelivered", Status.FAILED, code="30003", minute=None)
    failed = shop.message(message.id)
    assert (failed.status, failed.error) == ("failed", "30003")
    assert figures(shop) == {"sent": 1, "failed": 1}


@pytest.mark.parametrize(
    ("event", "reported", "ended", "events"),
    [
        ("delivered", Status.DELIVERED, "delivered", ["sent", "delivered"]),
        ("open", Status.SENT, "sent", ["sent", "opened"]),
        ("failed", Status.FAILED, "failed", ["sent", "failed"]),
    ],
)
def test_a_message_of_unknown_fate_is_settled_by_any_report(shop, told, event, reported, ended, events):
    shop.template()
    message_id = shop.trigger(template="invite").message_id
    shop.send(message_id, Carrier(fails_with=UncertainError("timeout")))
    assert shop.message(message_id).status == Status.UNKNOWN
    told(shop.message(message_id), event, reported, sign=Sign.OPENED if event == "open" else None, provider_id="SG1")
    settled = shop.message(message_id)
    assert (settled.status, settled.provider_id, settled.sent_at) == (ended, "SG1", shop.now + MINUTE)
    assert shop.events(message_id) == ["queued", "unknown", *events]
    assert shop.audit() == []


@both_databases
def test_a_report_that_overtakes_the_answer_is_not_undone_by_it(shop, told):
    shop.template()
    message_id = shop.trigger(template="invite").message_id
    message = shop.message(message_id)
    shop.send(message_id, Carrier(lambda: told(message, "delivered", Status.DELIVERED)))
    assert shop.message(message_id).status == Status.DELIVERED
    assert shop.events(message_id).count("sent") == 1
    assert figures(shop) == {"sent": 1, "delivered": 1}
    assert shop.audit() == []


@both_databases
def test_people_who_open_count_once_and_machines_apart(shop, sent, told):
    message = sent()
    told(message, "open", sign=Sign.MACHINE_OPENED)
    assert figures(shop) == {"sent": 1, "machine_opens": 1}
    for minute in (3, 2, 3):
        told(message, "open", sign=Sign.OPENED, minute=minute)
    assert sorted(shop.events(message.id)) == ["machine_opened", "opened", "opened", "queued", "sent"]
    assert figures(shop) == {"sent": 1, "opened": 1, "machine_opens": 1}
    assert shop.audit() == []
    for metric in (MessageMetric.OPENED, MessageMetric.MACHINE_OPENS):
        asked = {"span": Span(), "narrowed": {}, "after": None, "limit": 9}
        [one] = shop.in_one(behind_messages, shop.account.id, metric, **asked)
        assert (one.email, one.count) == ("ada@example.com", 1)


def migration(name):
    """Return the module of the migration of that name."""
    [found] = Path(schema.__file__).parent.glob(f"migrations/versions/*_{name}.py")
    return importlib.import_module(f"app.store.migrations.versions.{found.stem}")


@both_databases
def test_what_machines_opened_before_it_was_counted_is_counted_by_the_migration(shop, sent, told, engine):
    message = sent()
    for minute in (1, 20):
        told(message, "open", sign=Sign.MACHINE_OPENED, minute=minute)
    opens, days = migration("machine_opens"), migration("counted_days")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        days.downgrade()
        opens.downgrade()
        days.upgrade()
    assert figures(shop) == {"sent": 1}
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        days.downgrade()
        opens.upgrade()
        days.upgrade()
    assert figures(shop) == {"sent": 1, "machine_opens": 2}
    assert shop.audit() == []


def test_a_click_on_a_link_that_was_swapped_already_raises_an_alarm(shop, sent, told):
    message = sent()
    told(message, "click", sign=Sign.CLICKED, url="https://shop.example/new")
    assert "double_tracked" not in shop.events(message.id)
    with capture_logs() as logs:
        told(message, "click", sign=Sign.CLICKED, url=f"https://{shop.host}/-t{message.code}0")
    assert shop.events(message.id)[-1] == "double_tracked"
    assert [(one["log_level"], one["message"]) for one in logs] == [("warning", message.id)]
    assert shop.audit() == []


@both_databases
def test_a_message_is_found_by_the_providers_id_too(shop, sent, told):
    message = sent()
    told(None, "delivered", Status.DELIVERED, provider="carrier", address="ADA@example.com")
    assert shop.message(message.id).status == Status.DELIVERED
    told(None, "bounce", Status.FAILED, provider="carrier", address="eve@example.com")
    assert shop.events(message.id) == ["queued", "sent", "delivered"]


def test_a_report_of_an_earlier_attempt_does_not_fail_the_later_one(shop, sent, told):
    message = sent()
    shop.in_one(lambda session: setattr(session.get(type(message), message.id), "attempt", 2))
    told(message, "failed", Status.FAILED, provider_id="another")
    assert shop.message(message.id).status == Status.SENT
    told(message, "failed", Status.FAILED, provider_id="first", minute=2)
    assert shop.message(message.id).status == Status.FAILED


@both_databases
def test_a_late_failure_does_not_stop_a_message_that_is_to_be_sent_again(shop, sent, told):
    message = sent()
    told(message, "failed", Status.FAILED)
    shop.in_one(resend_message, shop.account, message.id, now=shop.now)
    told(message, "undelivered", Status.FAILED, minute=2)
    assert shop.message(message.id).status == Status.QUEUED
    told(message, "delivered", Status.DELIVERED, minute=3)
    carrier = Carrier()
    shop.send(message.id, carrier)
    assert (shop.message(message.id).status, carrier.sent) == ("delivered", [])
    assert figures(shop) == {"sent": 1, "failed": 1, "delivered": 1}
    assert shop.audit() == []


def test_a_report_on_another_accounts_message_changes_nothing_anywhere(shop, other_shop, sent, told):
    message = sent()
    told(message, "spamreport", refusal=Refusal.SPAM_REPORT, address=ADA.email, to=other_shop)
    told(message, "delivered", Status.DELIVERED, to=other_shop)
    assert shop.message(message.id).status == Status.SENT
    for place in (shop, other_shop):
        assert place.in_one(suppressed, place.account.id, [EMAIL]) == {}


@pytest.mark.parametrize("minute", [60 * 24 * 400, -60 * 24 * 400])
def test_a_moment_that_cannot_be_is_now(shop, sent, told, minute):
    message = sent()
    told(message, "open", sign=Sign.OPENED, minute=minute)
    assert shop.audit() == []
    assert figures(shop) == {"sent": 1, "opened": 1}


REFUSALS = [
    ("unsubscribe", Refusal.UNSUBSCRIBED),
    ("spamreport", Refusal.SPAM_REPORT),
    ("bounce", Refusal.BOUNCED),
]


@both_databases
@pytest.mark.parametrize(("event", "refusal"), REFUSALS)
def test_whoever_says_no_is_sent_nothing_more_and_the_sender_sees_why(shop, sent, told, event, refusal):
    message = sent()
    waiting = shop.trigger(send_at=shop.now + MINUTE).message_id
    told(message, event, refusal=refusal, reason="said so")
    assert (shop.trigger().status, shop.trigger().suppressed_reason) == (Status.SUPPRESSED, refusal)
    shop.now += MINUTE
    carrier = Carrier()
    shop.send(waiting, carrier)
    assert (carrier.sent, shop.message(waiting).error) == ([], refusal)
    assert shop.trigger(channel=Channel.SMS).status is Status.QUEUED


def test_mail_sent_elsewhere_with_the_same_credentials_is_minded_too(shop, told):
    told(None, "spamreport", refusal=Refusal.SPAM_REPORT, address="Ada@Example.com", provider_id="elsewhere")
    assert shop.trigger().suppressed_reason == Refusal.SPAM_REPORT


def test_joining_a_group_again_takes_back_leaving_it_and_nothing_else(shop, sent, told):
    message = sent()
    told(message, "group_unsubscribe", refusal=Refusal.UNSUBSCRIBED)
    told(message, "group_resubscribe", lifts="group_unsubscribe", minute=2)
    assert shop.trigger().status is Status.QUEUED
    told(message, "unsubscribe", refusal=Refusal.UNSUBSCRIBED, minute=3)
    told(message, "group_resubscribe", lifts="group_unsubscribe", minute=4)
    assert shop.trigger().status is Status.SUPPRESSED


@both_databases
def test_a_thousand_reports_at_once(shop, sent):
    messages = [sent() for _ in range(20)]
    news = [
        DeliveryEvent(
            "sendgrid",
            "open",
            message.id,
            "first",
            Status.SENT,
            sign=Sign.OPENED,
            at=shop.now + timedelta(seconds=second),
        )
        for second in range(50)
        for message in messages
    ]
    shop.in_one(record_deliveries, shop.account.id, news, callback_id="c-1", now=shop.now)
    assert figures(shop) == {"sent": 20, "opened": 20}
    assert shop.audit() == []
