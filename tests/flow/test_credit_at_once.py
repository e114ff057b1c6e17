"""Credits and batches that are worked on at the same moment."""

from sqlalchemy import func, select

from app.flow.record_order import record_order
from app.store.outcomes import OutcomeRow
from tests.flow.story import at_once, both_databases, counted


@both_databases
def test_several_workers_at_once_credit_an_order_once(shop):
    message = shop.invited()
    click = shop.click(message)
    shop.record(click)
    row_id = shop.in_one(record_order, shop.account, shop.notice(mbsy_source=click.id), now=shop.now)
    assert at_once(*[lambda: shop.credit(row_id) for _ in range(4)]) == [None] * 4
    added = select(func.count()).select_from(OutcomeRow).where(OutcomeRow.account_id == shop.account.id)
    assert shop.in_one(lambda session: session.execute(added).scalar_one()) == 1
    figures = counted(shop.messages()["invite"])
    assert (figures["orders"], figures["conversions"], figures["revenue"]) == (1, 1, "49.90 EUR")
    assert shop.audit() == []


@both_databases
def test_a_click_and_an_order_that_are_worked_on_at_the_same_moment_find_each_other(shop):
    message = shop.invited()
    pairs = []
    for number in range(6):
        click = shop.click(message)
        given = {"mbsy_source": click.id} if number % 2 else {"mbsy": "adalovelace"}
        friend = click if number % 2 else shop.plain(message, minutes=1)
        row_id = shop.in_one(record_order, shop.account, shop.notice(f"o-{number}", **given), now=shop.now)
        pairs.append((friend, row_id))
    for friend, row_id in pairs:
        assert at_once(lambda row=row_id: shop.credit(row), lambda it=friend: shop.record(it) and None) == [None, None]
    assert {shop.placed(row_id).standing for _, row_id in pairs} == {"attributed"}
    assert shop.audit() == []


@both_databases
def test_batches_and_credits_at_once_do_not_lock_each_other_out(shop):
    messages = [shop.invited(template=f"t-{number}") for number in range(4)]
    clicks = [shop.click(message) for message in messages]
    rows = [
        shop.in_one(record_order, shop.account, shop.notice(f"o-{click.id}", mbsy_source=click.id), now=shop.now)
        for click in clicks
    ]
    ends = at_once(
        lambda: shop.record(*clicks) and None,
        lambda: shop.record(*[shop.press(message) for message in messages[::-1]], *clicks[::-1]) and None,
        lambda: [shop.credit(row) for row in rows] and None,
        lambda: [shop.credit(row) for row in rows[::-1]] and None,
    )
    assert ends == [None] * 4
    assert [shop.placed(row).standing for row in rows] == ["attributed"] * 4
    assert shop.audit() == []
