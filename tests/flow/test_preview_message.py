"""What a trigger would send, worked out the same way and kept nowhere."""

import re

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidInputError
from app.domain.message import Channel, ContactDetails, Content, LinkOptions
from app.flow.preview_message import preview_message
from app.store.base import Base
from tests.flow.story import ADA, HUB, both_databases

HTML = "<p>Hi {{ contact.first_name }} <a href='https://shop.example/new'>New</a>{% sharing_widget whatsapp %}</p>"


@pytest.fixture
def preview(shop):
    def preview(**given):
        where = {"link_port": 8000, "public_url": HUB}
        return shop.in_one(preview_message, shop.account, shop.asked(**given), now=shop.now, **where)

    return preview


def rows(shop):
    def count(session):
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    tables = Base.metadata.sorted_tables
    return shop.in_one(count)


def without_codes(text):
    return re.sub(r"-([ts])\w{11}", r"-\1CODE", text)


@both_databases
def test_a_preview_is_what_sending_gives_but_for_the_codes_and_keeps_nothing(shop, preview):
    shop.campaign()
    shop.template(subject="Hi {{ contact.first_name }}", html=HTML)
    before = rows(shop)
    shown = preview(template="invite", links=LinkOptions(extension="gala"))
    assert rows(shop) == before
    sent = shop.sent(template="invite", links=LinkOptions(extension="gala"))
    assert shown.subject == sent.subject == "Hi Ada"
    assert without_codes(shown.html) == without_codes(sent.html)
    first = shown.links[0]
    assert (first.original, first.decision, first.reason) == (
        "https://shop.example/new",
        "tracked",
        "web_link",
    )


def test_what_is_known_of_a_person_is_known_to_the_preview(shop, preview):
    shop.template(html="{{ contact.first_name | default: 'there' }} {{ contact.plan }} {{ contact.phone }}")
    shop.trigger(contact=ContactDetails(email="ada@example.com", first_name="Ada", fields={"plan": "pro"}))
    asked = {"template": "invite", "contact": ContactDetails(email="ada@example.com", phone="+15005550006")}
    assert preview(**asked).html == "Ada pro +15005550006"
    assert shop.sent(**asked).html == "Ada pro +15005550006"


def test_an_advocates_own_code_is_shown(shop, preview):
    shop.campaign()
    shop.signup(ADA, share_code="queen-of-numbers")
    shop.template(html="{{ campaign_link }}")
    assert preview(template="invite").html == f"https://{shop.host}/queen-of-numbers"


def test_a_text_message_is_counted_in_segments_before_and_after(preview):
    shown = preview(channel=Channel.SMS, content=Content(text="https://shop.example/" + "a" * 200))
    assert (shown.segments_before.count, shown.segments_after.count) == (2, 1)
    assert preview().segments_before is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"template": "nobody-wrote-it"}, "template"),
        ({"content": Content("Hi", "{{ 1 | divided_by: 0 }}", None, liquid=True)}, "message"),
        ({"links": LinkOptions(domain="go.nobodys.example")}, "links.domain"),
    ],
    ids=["template", "words", "domain"],
)
def test_what_could_not_be_sent_is_refused(preview, given, field):
    with pytest.raises(InvalidInputError) as refused:
        preview(**given)
    assert list(refused.value.errors) == [field]
