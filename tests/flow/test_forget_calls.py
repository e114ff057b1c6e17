"""Old calls go, what was told by them stays, and no repeat of them is taken for news."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.domain.kept_calls import KEPT
from app.domain.message import Channel, Goal
from app.flow import forget_calls as module
from app.flow.change_account import change_account
from app.flow.forget_calls import forget_calls
from app.flow.let_visits_go import let_visits_go
from app.flow.record_clicks import record_clicks
from app.flow.record_shop_delivery import record_shop_delivery
from app.flow.work_callback import work_callback
from app.store.clicks import ClickBatchRow, RefusedVisitRow
from app.store.idempotency import AnswerRow, keep_answer, reserve_answer
from app.store.orders import OrderRow
from app.store.provider_callbacks import ProviderCallbackRow, ProviderEventRow, keep_callback
from app.store.shop_deliveries import Fate, ShopDeliveryRow
from integrations import shopify
from integrations.callbacks import read_callback
from integrations.protocol import ShopCall
from tests.flow.story import DAY, Carrier, both_databases

PAID = (
    b'{"id": 7, "name": "#7", "currency": "EUR", "total_price": "49.90", "financial_status": "paid",'
    b' "created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-20T09:00:00Z"}'
)


def rows(shop, row):
    query = select(func.count()).select_from(row)
    if hasattr(row, "account_id"):
        query = query.where(row.account_id == shop.account.id)
    return shop.in_one(lambda session: session.scalar(query))


def opened(shop, message_id, at):
    """Have SendGrid tell that a message was opened."""
    told = f'[{{"event":"open","message_id":"{message_id}","timestamp":{int(at.timestamp())}}}]'.encode()
    given = {"query": "", "content_type": "application/json", "body": told, "now": shop.now}
    callback_id = shop.in_one(keep_callback, shop.account.id, "sendgrid/events", **given)
    if callback_id:
        work_callback(callback_id, transaction=shop.transaction, read=read_callback, clock=lambda: shop.now)
    return callback_id


def paid(shop):
    headers = {"X-Shopify-Topic": "orders/paid", "X-Shopify-Webhook-Id": "w-1"}
    call = ShopCall({name.lower(): value for name, value in headers.items()}, PAID)
    return shop.in_one(record_shop_delivery, shop.account, "shopify", shopify, call, now=shop.now).fate


def pass_time(shop, time=KEPT + timedelta(seconds=1)):
    shop.now += time
    return forget_calls(transaction=shop.transaction, now=shop.now)


@both_databases
def test_a_call_that_was_worked_off_goes_and_the_same_again_is_counted_no_second_time(shop):
    message = shop.sent(goal=Goal.ORDER)
    first = shop.now
    assert opened(shop, message.id, first)
    pass_time(shop, KEPT)
    assert rows(shop, ProviderCallbackRow) == 1
    pass_time(shop, timedelta(seconds=1))
    assert (rows(shop, ProviderCallbackRow), rows(shop, ProviderEventRow)) == (0, 1)
    assert opened(shop, message.id, first)
    assert opened(shop, message.id, shop.now)
    assert shop.messages()[None]["opened"] == 1
    assert shop.audit() == []


@both_databases
def test_a_call_that_nobody_has_worked_off_stays_however_old_it_is(shop):
    given = {"query": "", "content_type": "application/json", "body": b"[]", "now": shop.now}
    waiting = shop.in_one(keep_callback, shop.account.id, "sendgrid/events", **given)
    pass_time(shop, 10 * KEPT)
    assert shop.in_one(lambda session: session.get(ProviderCallbackRow, waiting)) is not None


@both_databases
def test_a_shops_call_goes_and_the_same_again_makes_no_second_order(shop):
    assert paid(shop) is Fate.RECORDED
    assert paid(shop) is Fate.REPEATED
    pass_time(shop)
    assert rows(shop, ShopDeliveryRow) == 0
    assert paid(shop) is Fate.RECORDED
    theirs = select(OrderRow).where(OrderRow.account_id == shop.account.id)
    order = shop.in_one(lambda session: session.scalars(theirs).one())
    assert (order.total_minor, order.is_disputed) == (4990, False)


@both_databases
def test_an_answer_goes_and_its_key_may_be_used_again(shop):
    for is_new in (True, False):
        kept = shop.in_one(reserve_answer, shop.account.id, "k-1", "abc", shop.now)
        assert (kept is None) is is_new
        if is_new:
            shop.in_one(keep_answer, shop.account.id, "k-1", 202, {"message": {}})
    pass_time(shop)
    assert rows(shop, AnswerRow) == 0


@both_databases
def test_a_trigger_happens_once_however_long_ago_it_was(shop):
    first = shop.trigger(key="evt-1")
    pass_time(shop, 100 * KEPT)
    again = shop.trigger(key="evt-1")
    assert (again.message_id, again.is_new) == (first.message_id, False)


@both_databases
def test_a_batch_that_comes_again_after_its_id_went_counts_no_click_twice(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click, batch=f"{shop.account.id}-0")
    before = shop.messages()
    pass_time(shop)
    assert shop.in_one(lambda session: session.get(ClickBatchRow, f"{shop.account.id}-0")) is None
    shop.record(click, batch=f"{shop.account.id}-0")
    assert shop.messages() == before
    assert shop.audit() == []


@both_databases
def test_a_batch_that_comes_again_after_its_clicks_went_too_is_kept_aside(shop):
    message = shop.invited()
    click, press = shop.click(message), shop.press(message)
    shop.in_one(change_account, shop.account.id, {"retention_days": 37}, now=shop.now)
    shop.record(click, press, batch=f"{shop.account.id}-0")
    before = shop.messages(), shop.channels()
    pass_time(shop)
    let_visits_go(transaction=shop.transaction, now=shop.now)
    shop.record(click, press, batch=f"{shop.account.id}-0")
    assert (shop.messages(), shop.channels()) == before
    refused = select(RefusedVisitRow).where(RefusedVisitRow.batch_id == f"{shop.account.id}-0")
    [aside] = shop.in_one(lambda session: session.scalars(refused).all())
    assert aside.line == click.line().decode().rstrip("\n")
    assert "whether it was counted before is not known" in aside.reason


@both_databases
def test_a_line_that_could_be_no_click_goes_when_it_has_been_there_for_a_quarter(shop):
    # When it was set aside stands in its row's id.
    shop.now = datetime.now(UTC)
    batch = f"{shop.account.id}-0"
    record_clicks(batch, ["no visit"], transaction=shop.transaction, now=shop.now)
    aside = select(RefusedVisitRow.line).where(RefusedVisitRow.batch_id == batch)
    pass_time(shop, KEPT - timedelta(hours=1))
    assert shop.in_one(lambda session: session.scalars(aside).all()) == ["no visit"]
    pass_time(shop, timedelta(hours=2))
    assert shop.in_one(lambda session: session.scalars(aside).all()) == []


def test_a_click_that_comes_in_late_counts_while_it_would_be_known(shop):
    message = shop.invited()
    shop.in_one(change_account, shop.account.id, {"retention_days": 37}, now=shop.now)
    late = shop.click(message)
    shop.now += 60 * DAY
    let_visits_go(transaction=shop.transaction, now=shop.now)
    shop.record(late)
    assert shop.messages()["invite"]["clicked"] == 1


def test_what_is_more_than_a_call_does_goes_at_the_next(shop, monkeypatch):
    monkeypatch.setattr(module, "_PIECES", 0)
    paid(shop)
    assert pass_time(shop) == 0
    monkeypatch.setattr(module, "_PIECES", 1)
    assert pass_time(shop) >= 1
    assert rows(shop, ShopDeliveryRow) == 0


def test_a_report_on_a_text_goes_and_the_same_again_moves_nothing(shop):
    message_id = shop.trigger(channel=Channel.SMS).message_id
    shop.send(message_id, Carrier(provider_id="SM1"))
    body, query = b"MessageSid=SM1&MessageStatus=delivered", f"message={message_id}"
    for _ in range(2):
        given = {"query": query, "content_type": "application/x-www-form-urlencoded", "body": body, "now": shop.now}
        callback_id = shop.in_one(keep_callback, shop.account.id, "twilio/status", **given)
        work_callback(callback_id, transaction=shop.transaction, read=read_callback, clock=lambda: shop.now)
        pass_time(shop)
    assert shop.events(message_id) == ["queued", "sent", "delivered"]
    assert shop.messages()[None]["delivered"] == 1
