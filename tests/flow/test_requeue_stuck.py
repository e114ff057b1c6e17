"""What a crash or a forgetful queue left behind goes on."""

from datetime import timedelta

from app.flow.record_order import record_order
from app.flow.requeue_stuck import requeue_stuck
from tests.flow.story import MINUTE, both_databases


def sweep(shop, wait=timedelta()):
    shop.now += wait
    return requeue_stuck(transaction=shop.transaction, now=shop.now)


@both_databases
def test_a_message_that_the_queue_forgot_is_woken_once_every_half_minute(shop):
    message_id = shop.trigger().message_id
    assert [message_id] not in sweep(shop, timedelta(seconds=29)).messages
    assert [message_id] in sweep(shop, timedelta(seconds=2)).messages
    assert [message_id] not in sweep(shop).messages
    assert [message_id] in sweep(shop, timedelta(seconds=31)).messages


def test_a_message_for_later_is_woken_when_its_time_has_come(shop):
    message_id = shop.trigger(send_at=shop.now + timedelta(hours=1)).message_id
    assert [message_id] not in sweep(shop, timedelta(minutes=59)).messages
    assert [message_id] in sweep(shop, timedelta(minutes=1)).messages


def test_what_was_sent_is_left_alone(shop):
    message = shop.sent()
    assert [message.id] not in sweep(shop, timedelta(days=1)).messages


@both_databases
def test_an_order_that_nobody_credited_is_woken(shop):
    row_id = shop.in_one(record_order, shop.account, shop.notice(minutes=-1), now=shop.now)
    assert row_id not in sweep(shop, timedelta(seconds=29)).orders
    assert row_id in sweep(shop, timedelta(seconds=2)).orders
    shop.credit(row_id)
    assert row_id not in sweep(shop, timedelta(days=1)).orders


def test_news_of_an_order_wake_it_again(shop):
    row_id = shop.order()
    shop.in_one(record_order, shop.account, shop.notice("o-1", "refunded"), now=shop.now)
    assert row_id in sweep(shop, MINUTE).orders


@both_databases
def test_an_order_that_waits_for_its_click_is_looked_at_again_from_time_to_time(shop):
    row_id = shop.order(mbsy_source="0192f0c0-0000-7000-8000-000000000000")
    assert shop.placed(row_id).standing == "pending"
    assert row_id not in sweep(shop, 4 * MINUTE).orders
    assert row_id in sweep(shop, 2 * MINUTE).orders
    assert row_id not in sweep(shop, 2 * MINUTE).orders


@both_databases
def test_a_signup_that_nobody_credited_is_woken(shop):
    shop.campaign()
    enrolled = shop.signup(credit=False)
    assert enrolled.signup_id in sweep(shop, MINUTE).signups
