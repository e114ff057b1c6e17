"""One advocate: behind each figure stand the shares, signups and orders that it counts."""

import csv
import io
import re
from html import unescape

import pytest

from app.domain.ids import new_id
from app.domain.message import ContactDetails
from app.store.campaigns import add_advocates
from app.store.identities import save_contact
from app.store.orders import add_signup, order_by_number
from app.store.outcomes import Outcome, add_outcome
from tests.web.console.outcomes import add_credited_order
from tests.web.console.small_hub import NOW, SmallHub, small_hub

PAGE = "/console/advocates/johndoe"


@pytest.fixture
def hub(engine) -> SmallHub:
    return small_hub(engine)


def earn(hub, advocate_id, kind, subject_id, message_id=None, *, quantity=1, amount=0):
    outcome = Outcome(
        kind, subject_id, NOW, quantity, 0, amount, "USD" if kind == "order" else "", "email", "", "", "", "whatsapp",
        message_id, advocate_id, None,
    )  # fmt: skip
    with hub.transaction() as session:
        add_outcome(session, hub.account.id, outcome, NOW)


def befriend(hub, campaign_id, **said):
    """Store a friend, enrolled in the campaign, and return their contact and the signup."""
    with hub.transaction() as session:
        contact = save_contact(session, hub.account.id, ContactDetails(**said), NOW)
        enrolled = add_advocates(session, hub.account.id, campaign_id, {contact.id: new_id()[-8:]}, NOW)[contact.id]
        values = {"contact_id": contact.id, "at": NOW, "woken_at": NOW}
        return contact.id, add_signup(session, hub.account.id, enrolled.id, **values)


@pytest.fixture
def advocate(hub):
    """An advocate with two shares, a signup and an order, and an order that was taken back."""
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(advocate_id=advocate_id, campaign_id=campaign_id)
    friend_id, signup_id = befriend(hub, campaign_id, email="bob@x.example", first_name="=Bob")
    for _ in range(2):
        earn(hub, advocate_id, "share", new_id(), message_id)
    earn(hub, advocate_id, "signup", signup_id, message_id)
    for number in ("1001", "1002"):
        add_credited_order(hub, number, message_id=message_id, advocate_id=advocate_id)
        with hub.transaction() as session:
            order = order_by_number(session, hub.account.id, number)
            order.contact_id = friend_id
        earn(hub, advocate_id, "order", order.id, message_id, amount=12_990)
    earn(hub, advocate_id, "order", order.id, message_id, quantity=-1, amount=-12_990)
    return advocate_id


def opened(ada, page, label):
    """Open a figure of a page; return what it says and the page behind it."""
    url, figure = re.search(rf'data-label="{label}"><a href="([^"]+)">(\d+)<', page).groups()
    return int(figure), ada.get(unescape(url)).text


@pytest.mark.usefixtures("advocate")
@pytest.mark.parametrize(("label", "count"), [("Shares", 2), ("Signups", 1), ("Orders", 1)])
def test_a_figure_of_an_advocate_opens_as_many_lines_as_it_counts(ada, label, count):
    figure, page = opened(ada, ada.get("/console/campaigns/of/spring").text, label)
    assert figure == count == len(re.findall('data-label="From"', page))
    assert f'id="credits-heading">{label}<' in page
    assert "/console/messages/" in page


@pytest.mark.usefixtures("advocate")
def test_behind_signups_and_orders_stand_the_friends(ada):
    signups, orders = ada.get(f"{PAGE}?of=signup").text, ada.get(f"{PAGE}?of=order").text
    for page in (signups, orders):
        assert "=Bob" in page
        assert "bob@x.example" in page
    assert "USD 129.90" in orders
    assert "/console/orders/1001" in orders
    assert "1002" not in orders


@pytest.mark.usefixtures("advocate")
def test_the_file_holds_what_the_page_shows_and_no_formula(ada):
    answer = ada.get(f"{PAGE}?of=order&as=csv")
    assert answer.mimetype == "text/csv"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["order_id"], row["revenue"], row["currency"], row["email"]) == (
        "1001",
        "129.90",
        "USD",
        "bob@x.example",
    )
    assert row["first_name"] == "'=Bob"
    assert len(list(csv.DictReader(io.StringIO(ada.get(f"{PAGE}?as=csv").text)))) == 2


def test_long_lists_are_turned_page_by_page(hub, ada):
    _, advocate_id = hub.add_advocate("johndoe")
    for _ in range(60):
        earn(hub, advocate_id, "share", new_id())
    first = ada.get(PAGE).text
    older = unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])
    assert [page.count('data-label="From"') for page in (first, ada.get(older).text)] == [50, 10]


def test_an_advocate_who_did_nothing_and_those_of_others_have_no_lines(hub, ada):
    hub.add_advocate("johndoe")
    assert "Nothing yet" in ada.get(f"{PAGE}?of=nonsense").text
    assert ada.get("/console/advocates/nobody").status_code == 404
