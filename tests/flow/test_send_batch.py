"""Many emails of one template go to SendGrid together, and each ends as it would have ended by itself."""

from datetime import timedelta

import pytest

from app.domain.message import ContactDetails, Status
from app.flow.accept_trigger import accept_triggers
from app.flow.requeue_stuck import requeue_stuck
from app.flow.unsubscribe import unsubscribe
from app.store.messages import list_messages
from integrations.sendgrid_mailing import _SUBSTITUTIONS
from tests.fakes.sendgrid import SendGridFake
from tests.fakes.server import Mood
from tests.flow.story import LEASE, both_databases
from tests.flow.vendors import registry, wait_for_the_sweep

HTML = (
    "<title>{{ data.coupon }}</title><p>Dear {{ contact.first_name }}</p>{% sharing_widget whatsapp %}"
    '<a href="https://shop.example/new">New</a> <a href="{{ campaign_link }}">yours</a> {{ unsubscribe_url }}'
)
TEXT = "Dear {{ contact.first_name }}: https://shop.example/new {{ unsubscribe_url }}"


@pytest.fixture(scope="module")
def vendor():
    with SendGridFake() as fake:
        yield fake


@pytest.fixture
def fake(vendor):
    yield vendor
    vendor.mood = Mood.WELL
    vendor.messages.clear()
    vendor.calls.clear()


@pytest.fixture
def providers(fake):
    return registry(sendgrid_api_base=fake.base_url)


@pytest.fixture
def asked(shop):
    """Ask for an email to each of these addresses; return the ids in the batches in which they would be woken."""

    def ask(*addresses, data=None, html=HTML, text=TEXT):
        shop.campaign()
        shop.template("news", subject="For {{ contact.first_name }}", html=html, text=text)
        triggers = [
            shop.asked(
                template="news",
                contact=ContactDetails(external_id=f"c-{number}", email=address, first_name=f"N{number} & <Co>"),
                data=(data or {}).get(address, {"coupon": f"A{number}"}),
            )
            for number, address in enumerate(addresses)
        ]
        return [one.message_id for one in shop.in_one(accept_triggers, shop.account, triggers, now=shop.now)]

    return ask


def people(count):
    return [f"p{number}@example.com" for number in range(count)]


@both_databases
def test_one_call_brings_everybody_the_very_body_that_is_kept(shop, fake, providers, asked):
    ids = asked(*people(20), text="Dear reader: https://shop.example/new {{ unsubscribe_url }}")
    assert shop.send_together(ids, providers=providers) == []
    assert len(fake.calls) == 1
    for message_id, mail in zip(ids, fake.mails(), strict=True):
        message = shop.message(message_id)
        assert (mail["subject"], mail["html"], mail["text"]) == (message.subject, message.html, message.text)
        assert (mail["to"], mail["custom_args"]["message_id"]) == (message.recipient, message_id)
        assert f"-t{message.code}0" in message.html
        assert mail["headers"]["List-Unsubscribe"].strip("<>") in message.html
        assert (message.status, message.provider_id) == ("sent", fake.messages[0]["x_message_id"])
        assert shop.events(message_id) == ["queued", "sent"]
    assert len({mail["html"] for mail in fake.mails()}) == 20
    assert shop.messages()["news"]["sent"] == 20
    assert shop.audit() == []


def test_woken_twice_a_batch_is_sent_once_and_whoever_is_due_later_waits(shop, fake, providers, asked):
    ids = asked(*people(3))
    later = shop.trigger(template="news", send_at=shop.now + timedelta(hours=1)).message_id
    shop.send_together([*ids, later], providers=providers)
    assert shop.send_together([*ids, later], providers=providers) == []
    assert len(fake.mails()) + shop.message(later).attempt == 3


@both_databases
def test_whoever_cannot_go_with_the_others_goes_alone_and_ends_as_usual(shop, fake, providers, asked):
    addresses = ["ada@example.com", "bad;@example.com", "stopped@example.com", "web@example.com", "bob@example.com"]
    markup = {"web@example.com": {"coupon": "two\nlines"}}
    ids = asked(*addresses, data=markup, html="{{ data.coupon | newline_to_br }}")
    shop.say(unsubscribe, shop.message(ids[2]))
    long = shop.trigger(template="news", data={"coupon": "x" * _SUBSTITUTIONS}).message_id
    alone = shop.send_together([*ids, long], providers=providers)
    assert set(alone) == {ids[1], ids[2], ids[3], long}
    assert [shop.message(one).status for one in alone] == [Status.QUEUED] * 4
    assert len(fake.calls) == 1
    ends = {one: shop.send(one, providers=providers) for one in alone}
    assert ends == {ids[1]: Status.FAILED, ids[2]: None, ids[3]: Status.SENT, long: Status.SENT}
    assert shop.message(ids[2]).status == Status.SUPPRESSED
    assert shop.audit() == []


def test_one_that_the_vendor_complains_of_does_not_sink_the_others(shop, fake, providers, asked):
    # Ours takes it for an address; the vendor does not.
    ids = asked("ada@example.com", "no-dot@localhost", "bob@example.com")
    assert shop.send_together(ids, providers=providers) == [ids[1]]
    assert [mail["to"] for mail in fake.mails()] == ["ada@example.com", "bob@example.com"]
    assert shop.send(ids[1], providers=providers) is Status.FAILED
    assert "valid address" in shop.message(ids[1]).error


def test_an_address_that_comes_twice_stands_in_two_calls(shop, fake, providers, asked):
    ids = asked("ada@example.com", "bob@example.com")
    again = shop.trigger(template="news", contact=ContactDetails(email="ada@example.com")).message_id
    assert shop.send_together([*ids, again], providers=providers) == []
    assert sorted(len(call["personalizations"]) for call in fake.messages) == [1, 2]


def test_a_template_whose_bodies_are_each_their_own_is_sent_one_by_one(shop, fake, providers, asked):
    ids = asked(*people(2), html='<a href="https://shop.example/{{ data.coupon }}">x</a>')
    assert shop.send_together(ids, providers=providers) == ids
    assert [shop.send(one, providers=providers) for one in ids] == [Status.SENT] * 2


@pytest.mark.parametrize(
    ("mood", "status", "taken"),
    [
        (Mood.BUSY, "queued", 0),
        (Mood.HANGS, "unknown", 0),
        (Mood.BROKEN, "unknown", 0),
        (Mood.ANSWER_LOST, "unknown", 2),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Mood) else "",
)
def test_a_call_that_goes_wrong_ends_alike_for_all_of_it(shop, fake, providers, asked, mood, status, taken):
    fake.mood = mood
    ids = asked(*people(2))
    assert shop.send_together(ids, providers=providers) == []
    assert [shop.message(one).status for one in ids] == [status] * 2
    assert len(fake.mails()) == taken
    fake.mood = Mood.WELL
    assert set(wait_for_the_sweep(shop, timedelta(minutes=15))) & set(ids) == (
        set(ids) if status == "queued" else set()
    )
    assert shop.audit() == []


def test_a_wrong_key_fails_all_of_it_in_one_call(shop, fake, providers, asked):
    fake.api_key = "SG.another"
    ids = asked(*people(3))
    shop.send_together(ids, providers=providers)
    fake.api_key = None
    assert [shop.message(one).status for one in ids] == ["failed"] * 3
    assert len(fake.calls) == 1
    assert shop.messages()["news"]["failed"] == 3


@both_databases
def test_a_worker_that_was_stopped_in_the_call_cannot_overwrite_what_became_of_its_batch(shop, asked):
    ids = asked(*people(2))

    class Stopped(type(registry().choose("email", {}))):
        def send_many(self, mailing):
            shop.now += 2 * LEASE
            requeue_stuck(transaction=shop.transaction, now=shop.now)
            raise SystemExit

    with pytest.raises(SystemExit):
        shop.send_together(ids, Stopped())
    assert [row.status for row in shop.in_one(list_messages, shop.account.id, before=None, limit=5)] == ["unknown"] * 2
    assert shop.send_together(ids) == []


def test_the_sweep_wakes_those_of_one_template_together(shop, asked):
    ids = asked(*people(3))
    single = shop.trigger().message_id
    shop.now += timedelta(minutes=5)
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now).messages
    mine = [batch for batch in woken if set(batch) & {*ids, single}]
    assert sorted(map(sorted, mine)) == sorted([sorted(ids), [single]])
