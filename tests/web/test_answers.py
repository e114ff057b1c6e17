"""The Idempotency-Key: the same call again gets the same answer, another one gets 409, a failed one keeps nothing."""

import pytest

_KEY = {"Idempotency-Key": "key-1"}


def test_the_same_call_gets_the_same_answer(hub, sms):
    first = hub.trigger(sms(), headers=_KEY)
    second = hub.trigger(dict(reversed(sms().items())), headers=_KEY)
    assert (second.status_code, second.data) == (first.status_code, first.data)
    assert len(hub.queue.sends) == 1


def test_another_body_or_address_is_a_conflict(hub, sms):
    hub.trigger(sms(), headers=_KEY)
    assert hub.trigger(sms(data={"a": 1}), headers=_KEY).status_code == 409
    assert hub.post("/api/v1/preview", sms(), headers=_KEY).status_code == 409


def test_a_call_that_failed_keeps_nothing(hub, sms):
    assert hub.trigger(sms(campaign="missing"), headers=_KEY).status_code == 422
    assert hub.trigger(sms(), headers=_KEY).status_code == 202


def test_another_account_may_use_the_same_key(hub, sms):
    hub.trigger(sms(), headers=_KEY)
    headers = {**_KEY, "Authorization": f"Bearer {hub.other.api_key}"}
    assert hub.client.post("/hooks/other/triggers", json=sms(data={"a": 1}), headers=headers).status_code == 202


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb", "\xe9"])
def test_a_key_that_is_none_is_refused(hub, sms, key):
    assert hub.trigger(sms(), headers={"Idempotency-Key": key}).status_code == 400


def test_a_trigger_is_known_by_the_key_even_after_its_answer_is_gone(hub, sms):
    first = hub.trigger(sms(), headers=_KEY)
    with hub.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM answers")
    assert hub.trigger(sms(), headers=_KEY).data == first.data


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/hooks/demo/orders", {"order_id": "1", "total": "1.00", "currency": "EUR"}),
        ("/hooks/demo/signups", {"email": "ada@example.com"}),
        ("/api/v1/domains", {"host": "new.example.com"}),
        (
            "/api/v1/preview",
            {"channel": "sms", "contact": {"phone": "+15005550006"}, "message": {"text": "https://a.example/"}},
        ),
    ],
)
def test_every_post_takes_a_key(hub, path, body):
    first, second = hub.post(path, body, headers=_KEY), hub.post(path, body, headers=_KEY)
    assert first.status_code < 300
    assert (second.status_code, second.data) == (first.status_code, first.data)
    assert hub.post(path, {**body, "text": "x"}, headers=_KEY).status_code in {409, 422}
