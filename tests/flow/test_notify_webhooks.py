"""Events on their way to the accounts' webhooks: written with what they tell of, delivered at least once."""

from collections import Counter
from datetime import timedelta

import orjson
import pytest

from app.domain.message import ContactDetails
from app.domain.order import OrderStatus
from app.domain.visit import Verdict
from app.domain.webhooks import EventType
from app.flow.enrol_visitor import enrol_visitor
from app.flow.forget_deliveries import forget_deliveries
from app.flow.notify_webhooks import LEASE, claim_calls, notify_webhook
from app.flow.record_signup import record_signup
from app.flow.redeliver_event import ping_webhook, redeliver_event
from app.flow.register_webhook import change_webhook, register_webhook, remove_webhook, rotate_secret
from app.flow.unsubscribe import unsubscribe
from app.store.webhook_log import list_deliveries
from app.store.webhooks import webhook_by_id
from app.web.schemas.webhook_events import body_of
from integrations.protocol import RejectedError, WebhookAnswer
from integrations.standard_webhooks import sign
from integrations.webhook_caller import HttpWebhookCaller
from tests.fakes.receiver import Receiver
from tests.flow.story import ADA, DAY, MINUTE, Carrier, at_once, both_databases

WELL = WebhookAnswer(200)
DOWN = WebhookAnswer(503, error="HTTP 503.")
GONE = WebhookAnswer(410, error="HTTP 410.")
WAITS_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


class Postman:
    """Remembers every call and answers as told, in the end always the same."""

    def __init__(self, *answers, meanwhile=lambda: None):
        self.answers, self.meanwhile, self.calls = list(answers) or [WELL], meanwhile, []

    def call(self, call):
        self.calls.append(call)
        self.meanwhile()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Listener:
    """One account's webhook, and the worker that calls it."""

    def __init__(self, shop, *events):
        self.shop = shop
        values = {"url": "https://crm.example/hook", "events": events or [kind.value for kind in EventType]}
        self.registered = shop.in_one(register_webhook, shop.account.id, values, private_too=False, now=shop.now)
        self.id = self.registered.webhook.id

    def due(self, **given):
        """Claim what is due of this webhook; those of other tests in the database are left alone."""
        words = {"room": {}, "each": 1_000, "limit": 1_000} | given
        transaction = self.shop.transaction
        found = claim_calls(transaction=transaction, reading=transaction, now=self.shop.now, **words)
        return [due for due in found if due.claimed.webhook_id == self.id]

    def make(self, due, postman):
        return notify_webhook(due, caller=postman, transaction=self.shop.transaction, clock=lambda: self.shop.now)

    def work(self, postman=None):
        """Make every call that is due; return how the calls ended."""
        return [self.make(due, postman or Postman()) for due in self.due()]

    def told(self, *kinds):
        """Make every call that is due, and return the data of those calls, of all kinds or of these."""
        postman = Postman()
        self.work(postman)
        bodies = [orjson.loads(call.body) for call in postman.calls]
        assert [body_of(body["type"])().validate(body) for body in bodies] == [{}] * len(bodies)
        return [body["data"] for body in bodies if not kinds or body["type"] in kinds]

    def log(self):
        return self.shop.in_one(list_deliveries, self.shop.account.id, self.id, before=None, limit=100)

    def state(self):
        return self.shop.in_one(webhook_by_id, self.shop.account.id, self.id)

    def ping(self):
        return self.shop.in_one(ping_webhook, self.shop.account.id, self.id, now=self.shop.now)


@pytest.fixture
def listen(shop):
    return lambda *events: Listener(shop, *events)


class TestWhatIsTold:
    def test_a_message_that_was_sent(self, shop, listen):
        listener = listen("message.sent")
        message = shop.invited()
        [told] = listener.told()
        contact = told.pop("contact")
        assert (contact["id"], contact["external_id"]) == (message.contact_id, "c-1")
        assert told == {
            "message_id": message.id,
            "channel": "email",
            "template": "invite",
            "automation": "welcome",
            "campaign": "spring",
            "goal": "order",
            "provider": "outbox",
            "provider_id": message.provider_id,
            "error": None,
        }

    def test_a_message_that_was_delivered_and_one_that_failed(self, shop, listen):
        listener = listen("message.delivered", "message.failed")
        delivered = shop.sent()
        failed = shop.trigger().message_id
        shop.send(failed, Carrier(fails_with=RejectedError("no such number")))
        told = {each["message_id"]: (each["provider"], each["error"]) for each in listener.told()}
        assert told == {delivered.id: ("outbox", None), failed: ("carrier", "no such number")}

    def test_people_who_click_and_share_and_no_machines(self, shop, listen):
        message = shop.invited()
        listener = listen("link.clicked", "share.recorded")
        click, press, friend = shop.click(message), shop.press(message), shop.friend(message)
        batch = "batch-of-" + click.id
        machines = [shop.click(message, verdict=Verdict.MACHINE), shop.press(message, verdict=Verdict.PREVIEW)]
        for _ in "twice":
            shop.record(click, press, friend, *machines, batch=batch)
        told = listener.told()
        assert {each.get("click_id") or each["share_id"] for each in told} == {click.id, press.id, friend.id}
        [clicked] = [each for each in told if each.get("click_id") == click.id]
        assert clicked == {
            "click_id": click.id,
            "kind": "message",
            "url": click.url,
            "verdict": "human",
            "platform": None,
            "message_id": message.id,
            "contact": {"id": message.contact_id, "external_id": "c-1"},
            "advocate_id": message.advocate_id,
            "campaign": "spring",
        }
        [friends] = [each for each in told if each.get("click_id") == friend.id]
        assert (friends["kind"], friends["platform"], friends["contact"]) == ("shared", "whatsapp", None)
        [share] = [each for each in told if "share_id" in each]
        assert (share["platform"], share["contact"]["external_id"]) == ("whatsapp", "c-1")

    def test_a_signup_once(self, shop, listen):
        shop.campaign()
        listener = listen("signup.recorded")
        enrolled = shop.signup(ContactDetails(email="eve@example.com", external_id="e-1"), mbsy="ada")
        shop.signup(ContactDetails(email="eve@example.com"))
        [told] = listener.told()
        assert told["advocate"] == {"id": enrolled.advocate.id, "share_code": enrolled.advocate.share_code}
        assert (told["signup_id"], told["contact"]["external_id"]) == (enrolled.signup_id, "e-1")
        assert (told["campaign"], told["mbsy"], told["mbsy_source"]) == ("spring", "ada", None)

    def test_whoever_enrols_on_the_public_page_too(self, shop, listen):
        campaign = shop.campaign()
        listener = listen("signup.recorded")
        said = {"consent": "Yes.", "mbsy": None, "mbsy_source": None, "share_code": None}
        for _ in range(2):
            shop.in_one(enrol_visitor, shop.account, campaign, ADA, **said, now=shop.now)
        assert [told["advocate"]["share_code"] for told in listener.told()] == ["adalovelace"]

    def test_an_order_when_its_credit_comes_changes_and_is_taken_back(self, shop, listen):
        message = shop.invited()
        listener = listen("order.attributed")
        friend = shop.friend(message)
        order = shop.order(mbsy_source=friend.id)
        assert listener.told() == []
        shop.record(friend)
        [first] = listener.told()
        assert (first["order_id"], first["total"], first["currency"]) == ("o-1", "49.90", "EUR")
        credit = first["attribution"]
        assert (credit["status"], credit["platform"], credit["message_id"]) == ("attributed", "whatsapp", message.id)
        assert (credit["click_id"], credit["advocate"]) == (friend.id, shop.advocate(message).share_code)
        shop.credit(order)
        assert listener.told() == []
        shop.order(status=OrderStatus.PARTIALLY_REFUNDED, refunded_minor=1_000, mbsy_source=friend.id)
        [second] = listener.told()
        assert (second["status"], second["refunded_total"]) == ("partially_refunded", "10.00")

    def test_an_order_that_nobody_earned_is_no_news(self, shop, listen):
        listener = listen("order.attributed")
        shop.order()
        assert listener.told() == []

    def test_an_unsubscribe_once(self, shop, listen):
        listener = listen("contact.unsubscribed")
        message = shop.sent(contact=ADA)
        for _ in "twice":
            shop.say(unsubscribe, message)
        [told] = listener.told()
        assert told == {
            "channel": "email",
            "address": "ada@example.com",
            "reason": "unsubscribed",
            "message_id": message.id,
            "contact": {"id": message.contact_id, "external_id": "c-1"},
        }

    def test_only_what_was_asked_for_by_this_account(self, shop, other_shop, listen):
        listener, other = listen("message.failed"), Listener(other_shop, "message.sent")
        shop.sent()
        assert listener.log() == []
        assert other.log() == []

    def test_nothing_of_what_was_rolled_back(self, shop, listen):
        listener = listen("signup.recorded")
        shop.campaign()

        def enrol_and_fall(session):
            said = {"campaign": None, "mbsy": None, "mbsy_source": None, "share_code": None}
            record_signup(session, shop.account, ADA, **said, now=shop.now)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            shop.in_one(enrol_and_fall)
        assert listener.log() == []


class TestDelivery:
    def test_a_call_carries_type_time_and_data_under_the_events_id(self, shop, listen):
        listener, postman = listen(), Postman()
        ping = listener.ping()
        assert listener.work(postman) == ["delivered"]
        [call] = postman.calls
        assert (call.url, call.id, call.secrets) == (
            "https://crm.example/hook",
            ping.event_id,
            (listener.registered.secret,),
        )
        body = orjson.loads(call.body)
        assert body == {"type": "ping", "timestamp": shop.now.isoformat(), "data": {"webhook_id": listener.id}}
        [logged] = listener.log()
        [attempt] = logged.attempts
        assert (logged.status, logged.body, attempt.status_code) == ("delivered", call.body, 200)
        assert listener.work() == []

    def test_a_failed_call_comes_again_with_the_same_id_until_the_last_wait_is_over(self, shop, listen):
        listener, postman = listen(), Postman(DOWN)
        listener.ping()
        for wait_s in WAITS_S:
            assert listener.work(postman) == ["pending"]
            assert timedelta(seconds=wait_s) <= listener.log()[0].due_at - shop.now <= timedelta(seconds=wait_s * 1.1)
            shop.now += timedelta(seconds=wait_s * 0.99)
            assert listener.work(postman) == []
            shop.now += timedelta(seconds=wait_s * 0.11 + 0.001)
        assert listener.work(postman) == ["failed"]
        shop.now += DAY
        assert listener.work(postman) == []
        assert len({(call.id, call.body) for call in postman.calls}) == 1
        assert len({call.at for call in postman.calls}) == 10
        assert [attempt.number for attempt in listener.log()[0].attempts] == list(range(1, 11))

    def test_who_asks_for_more_time_gets_it_up_to_a_day(self, shop, listen):
        listener = listen()
        listener.ping()
        for asked_s, waits in ((3_600, timedelta(hours=1)), (1e9, DAY)):
            assert listener.work(Postman(WebhookAnswer(429, error="HTTP 429.", retry_after_s=asked_s))) == ["pending"]
            assert listener.log()[0].due_at - shop.now == waits
            shop.now += waits

    def test_410_disables_and_what_waits_is_given_up(self, shop, listen):
        listener = listen()
        for _ in "abc":
            listener.ping()
        dues = listener.due(limit=2, each=2)
        ends = [listener.make(due, Postman(answer)) for due, answer in zip(dues, (GONE, DOWN), strict=True)]
        assert ends == ["failed", "cancelled"]
        assert Counter(each.status for each in listener.log()) == {"failed": 1, "cancelled": 2}
        state = listener.state()
        assert (state.disabled_at, state.disabled_reason) == (shop.now, "gone")
        shop.sent()
        assert len(listener.log()) == 3

    def test_days_of_nothing_but_failures_disable(self, shop, listen):
        listener = listen()
        for day in range(6):
            assert listener.state().disabled_at is None, day
            listener.ping()
            listener.work(Postman(DOWN))
            shop.now += DAY
        assert listener.state().disabled_reason == "failing"
        assert listener.work() == []

    def test_one_success_begins_the_days_anew(self, shop, listen):
        listener = listen()
        for answer in (DOWN, WELL, DOWN):
            listener.ping()
            listener.work(Postman(answer))
            shop.now += 4 * DAY
        assert listener.state().disabled_at is None

    @both_databases
    def test_a_worker_killed_in_the_call_is_followed_by_another_with_the_same_id(self, shop, listen):
        listener, postman = listen(), Postman()

        def killed():
            raise SystemExit

        listener.ping()
        first, second = Postman(meanwhile=killed), postman
        with pytest.raises(SystemExit):
            listener.work(first)
        shop.now += LEASE - timedelta(seconds=1)
        assert listener.work(second) == []
        shop.now += timedelta(seconds=1)
        assert listener.work(second) == ["delivered"]
        assert first.calls[0].id == second.calls[0].id

    @both_databases
    def test_a_worker_that_slept_through_its_lease_changes_nothing(self, shop, listen):
        listener = listen()
        listener.ping()

        def sleep():
            shop.now += LEASE
            assert listener.work() == ["delivered"]

        assert listener.work(Postman(DOWN, meanwhile=sleep)) == [None]
        [logged] = listener.log()
        assert (logged.status, len(logged.attempts)) == ("delivered", 1)

    @both_databases
    def test_two_workers_at_once_share_the_work(self, shop, listen):
        listener = listen()
        for _ in range(20):
            listener.ping()
        shares = at_once(*[lambda: [due.claimed.id for due in listener.due()]] * 4)
        found = [claimed for share in shares for claimed in share]
        assert len(found) == len(set(found)) <= 20
        assert len(found) + len(listener.due()) == 20

    def test_one_webhook_gets_its_share_and_one_that_fails_a_single_call(self, shop, listen):
        slow, quick = listen(), listen()
        for _ in "abc":
            slow.ping()
            quick.ping()
        claim = {"each": 2, "limit": 1_000}
        assert len(slow.due(**claim, room={quick.id: 0})) == 2
        assert len(quick.due(**claim, room={slow.id: 0})) == 2
        shop.now += LEASE
        slow.make(slow.due(each=1, room={quick.id: 0})[0], Postman(DOWN))
        assert len(slow.due(**claim, room={quick.id: 0})) == 1
        assert slow.due(**claim, room={slow.id: 1, quick.id: 0}) == []

    def test_who_is_called_least_comes_first(self, shop, listen):
        busy, quiet = listen(), listen()
        for listener in (busy, busy, quiet):
            listener.ping()
        others = {"each": 4, "limit": 1, "room": {busy.id: 2}}
        assert busy.due(**others) == []
        shop.now += LEASE
        assert len(busy.due(**{**others, "limit": 1_000})) == 2

    def test_over_the_wire(self, shop, listen):
        with Receiver() as receiver:
            listener = listen()
            values = {"url": receiver.url}
            shop.in_one(change_webhook, shop.account.id, listener.id, values, private_too=True, now=shop.now)
            shop.sent()
            ends = listener.work(HttpWebhookCaller(private_too=True, timeout_s=2))
            assert ends == ["delivered", "delivered"]
            for call in receiver.calls:
                signed = sign(listener.registered.secret, call.headers["webhook-id"], shop.now, call.body)
                assert call.headers["webhook-signature"] == signed["webhook-signature"]


class TestAfterwards:
    def test_a_redelivery_goes_out_at_once_with_the_same_id_and_all_its_retries(self, shop, listen):
        listener, postman = listen(), Postman(DOWN)
        delivery = listener.ping()
        while listener.work(postman) != ["failed"]:
            shop.now += DAY + DAY / 9
            if listener.state().disabled_at:
                break
        shop.in_one(change_webhook, shop.account.id, listener.id, {"enabled": True}, private_too=False, now=shop.now)
        shop.in_one(redeliver_event, shop.account.id, listener.id, delivery.id, now=shop.now)
        assert listener.work(postman) == ["pending"]
        assert listener.log()[0].due_at - shop.now < MINUTE
        assert len({call.id for call in postman.calls}) == 1

    def test_for_a_day_after_a_rotation_both_secrets_sign(self, shop, listen):
        listener, postman = listen(), Postman()
        old = listener.registered.secret
        new = shop.in_one(rotate_secret, shop.account.id, listener.id, now=shop.now).secret
        for wait in (timedelta(), DAY - MINUTE, MINUTE):
            shop.now += wait
            listener.ping()
            listener.work(postman)
        assert [call.secrets for call in postman.calls] == [(new, old), (new, old), (new,)]

    @both_databases
    def test_a_deleted_webhook_takes_its_log_along_even_while_it_is_called(self, shop, listen):
        listener = listen()
        listener.ping()
        remove = lambda: shop.in_one(remove_webhook, shop.account.id, listener.id)  # noqa: E731
        assert listener.work(Postman(DOWN, meanwhile=remove)) == [None]
        assert listener.log() == []
        shop.sent()

    @both_databases
    def test_events_and_the_end_of_their_webhook_at_once_disturb_nobody(self, shop, listen):
        listeners = [listen() for _ in range(3)]
        calls = [lambda: shop.sent().status] * 3
        calls += [lambda each=each: shop.in_one(remove_webhook, shop.account.id, each.id) for each in listeners]
        assert at_once(*calls) == ["delivered"] * 3 + [None] * 3

    @both_databases
    def test_after_a_month_it_is_forgotten(self, shop, listen):
        listener = listen()
        listener.ping()
        listener.work()
        shop.now += 20 * DAY
        listener.ping()
        shop.now += 11 * DAY
        assert forget_deliveries(transaction=shop.transaction, now=shop.now) >= 1
        assert len(listener.log()) == 1
