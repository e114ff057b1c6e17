"""Orders, and the drawn chain that says why each is credited as it is."""

import pytest

from tests.web.console.outcomes import add_credited_order


def test_an_order_opens_its_chain_from_the_message_to_the_order(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(template="invite", advocate_id=advocate_id, goal="share")
    add_credited_order(hub, "A/1001", message_id=message_id, advocate_id=advocate_id)
    listed = ada.get("/console/orders").text
    assert "USD 129.90" in listed
    assert "WhatsApp" in listed
    page = ada.get("/console/orders/A/1001").text
    stages = [page.index(f"<strong>{word}</strong>") for word in ("Message", "Share", "Click", "Order")]
    assert stages == sorted(stages)
    assert f"/console/messages/{message_id}" in page
    assert "So the order is credited to this chain." in page


def test_what_came_of_a_message_stands_in_its_timeline(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(advocate_id=advocate_id)
    add_credited_order(hub, "1001", message_id=message_id, advocate_id=advocate_id)
    page = ada.get(f"/console/messages/{message_id}").text
    told = [page.index(words) for words in ("Queued", "Shared", "A friend followed", "Led to an order")]
    assert told == sorted(told)
    assert 'href="/console/orders/1001"' in page


@pytest.mark.parametrize("number", ["1002", "x" * 2000, "%00", "../../x"])
def test_an_order_that_is_not_there_is_not_found(ada, number):
    assert ada.get(f"/console/orders/{number}").status_code == 404


def test_another_accounts_orders_are_not_there(hub, ada):
    other = hub.add_other_account()
    message_id = hub.add_message(other)
    add_credited_order(hub, "1001", message_id=message_id, advocate_id=None, account=other)
    assert "1001" not in ada.get("/console/orders").text
    assert ada.get("/console/orders/1001").status_code == 404


def test_a_page_without_orders_says_where_they_come_from(ada):
    assert "http://127.0.0.1:8000/hooks/demo/orders" in ada.get("/console/orders").text
