"""A stored message becomes the body its person gets."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from app.domain.message import Channel, ContactDetails, Content, Goal, LinkOptions
from app.domain.stop_tokens import stop_token
from app.store.accounts import DomainRow, change_account
from app.store.columns import Encrypted
from app.store.links import LinkSetRow
from app.store.messages import list_messages
from app.store.templates import delete_template
from tests.flow.story import ADA, HUB, Carrier, both_databases

FOUR = (
    "<A HREF=https://shop.example/a?x=1&amp;y=2>a</A>"
    ' <a href="mailto:x@y.z">m</a> <a href="https://shop.example/legal/t">l</a>'
)


@both_databases
def test_every_link_is_swapped_for_the_messages_own_and_no_other_byte_changes(shop):
    message = shop.sent(content=Content("Hi", FOUR, None), links=LinkOptions(skip=("https://shop.example/legal*",)))
    link = f"https://{shop.host}/-t{message.code}0"
    assert message.html == FOUR.replace("https://shop.example/a?x=1&amp;y=2", link)
    assert [(line["decision"], line["reason"]) for line in message.decisions] == [
        ("tracked", "web_link"),
        ("kept", "not_http"),
        ("kept", "skip_listed"),
    ]


@both_databases
def test_what_two_readers_of_a_template_have_in_common_is_kept_once_and_each_body_reads_as_it_was_sent(shop):
    shop.template(html='<p>{{ contact.first_name }} <a href="https://shop.example/a">a</a></p>', text="{{ data.x }}")
    carrier, readers = Carrier(), (ADA, ContactDetails(email="bob@example.com", first_name="B & B"))
    for reader in readers:
        shop.send(shop.trigger(template="invite", contact=reader, data={"x": "1"}).message_id, carrier)
    ada, bob = (shop.message(outbound.id) for outbound in carrier.sent)
    assert bob.html == f'<p>B &amp; B <a href="https://{shop.host}/-t{bob.code}0">a</a></p>'
    assert [line["url"] for line in bob.decisions] == [f"https://{shop.host}/-t{bob.code}0"]
    assert [(sent.html, sent.text) for sent in carrier.sent] == [(ada.html, ada.text), (bob.html, bob.text)]
    assert ada.form_letter_id == bob.form_letter_id is not None
    listed = shop.in_one(list_messages, shop.account.id, before=None, limit=5)
    assert [row.html for row in listed] == [bob.html, ada.html]


def test_final_text_is_no_template(shop):
    message = shop.sent(content=Content("{{ contact.first_name }}", "{{ contact.first_name }} {% if %}", None))
    assert (message.subject, message.html) == ("{{ contact.first_name }}", "{{ contact.first_name }} {% if %}")


def test_merge_fields_are_filled_from_contact_and_data(shop):
    shop.template(subject="Hi {{ contact.first_name }}", html="<p>{{ data.coupon }} {{ contact.plan }}</p>")
    ada = ContactDetails(email="ada@example.com", first_name="Ada", fields={"plan": "<pro>"})
    message = shop.sent(template="invite", contact=ada, data={"coupon": "A&1"})
    assert (message.subject, message.html) == ("Hi Ada", "<p>A&amp;1 &lt;pro&gt;</p>")


def test_share_buttons_and_the_campaign_link_are_the_advocates(shop):
    shop.campaign()
    shop.template(html="{% sharing_widget whatsapp, x %} {{ campaign_link }}", text="{{ share.sms }}")
    message = shop.sent(template="invite")
    assert re.findall(r'href="([^"]+)"', message.html) == [
        f"https://{shop.host}/-s{message.code}w",
        f"https://{shop.host}/-s{message.code}x",
    ]
    assert message.html.endswith(f"https://{shop.host}/adalovelace")
    assert message.text == f"https://{shop.host}/-s{message.code}s"
    assert message.share_token not in message.html + message.text


def test_a_text_message_has_its_links_swapped_too(shop):
    message = shop.sent(channel=Channel.SMS, content=Content(text="Sale: https://shop.example/sale."))
    assert message.text == f"Sale: https://{shop.host}/-t{message.code}0."


def test_an_extension_stands_before_every_link(shop):
    message = shop.sent(links=LinkOptions(extension="gala2021"))
    assert f'"https://{shop.host}/gala2021/-t{message.code}0"' in message.html


def test_links_that_are_ours_already_are_left_alone(shop):
    html = f'<a href="https://{shop.host}/johndoe">mine</a>'
    assert shop.sent(content=Content("Hi", html, None)).html == html


def test_without_smart_urls_a_body_goes_out_as_it_is(shop):
    shop.in_one(change_account, shop.account.id, {"smart_urls_since": None})
    shop.account = replace(shop.account, smart_urls_since=None)
    message = shop.sent(content=Content("Hi", FOUR, "see https://shop.example/a"))
    assert (message.html, message.text, message.decisions) == (FOUR, "see https://shop.example/a", [])
    assert message.link_set_id is None


@pytest.mark.parametrize("missing", ["nothing", "smart URLs", "a verified domain"])
def test_the_unsubscribe_link_stands_on_a_verified_domain_else_on_the_hub(shop, missing):
    if missing == "smart URLs":
        shop.account = replace(shop.account, smart_urls_since=None)
    if missing == "a verified domain":
        none = update(DomainRow).where(DomainRow.account_id == shop.account.id).values(verified_at=None)
        shop.in_one(lambda session: session.execute(none))
    shop.template(html="<a href='{{ unsubscribe_url }}'>x</a>", text="{{ unsubscribe_url }}")
    message, carrier = shop.message(shop.trigger(template="invite").message_id), Carrier()
    shop.send(message.id, carrier)
    base = HUB if missing == "a verified domain" else f"https://{shop.host}"
    page = f"{base}/u/{stop_token(message.id, Encrypted.signing_keys)}"
    assert (carrier.sent[0].html, carrier.sent[0].text) == (f"<a href='{page}'>x</a>", page)
    assert carrier.sent[0].unsubscribe_url == page


@both_databases
def test_equal_destinations_are_stored_once(shop):
    first, second = shop.sent(), shop.sent(contact=ContactDetails(email="bob@example.com"))
    assert first.link_set_id == second.link_set_id
    sets = select(func.count()).select_from(LinkSetRow).where(LinkSetRow.account_id == shop.account.id)
    assert shop.in_one(lambda session: session.execute(sets).scalar_one()) == 1


def test_a_template_changed_before_sending_is_sent_as_it_then_stands_but_for_the_old_goal(shop):
    shop.template(html="<p>old</p>", goal=Goal.SIGNUP)
    accepted = shop.trigger(template="invite")
    shop.template(html="<p>new</p>", goal=Goal.ORDER)
    shop.send(accepted.message_id)
    message = shop.message(accepted.message_id)
    assert (message.html, message.goal) == ("<p>new</p>", Goal.SIGNUP)


@pytest.mark.parametrize(
    ("html", "spoil", "why"),
    [
        ('{{ "a" | divided_by: data.zero }}', lambda session, shop: None, "divi"),
        ("<p>fine</p>", lambda session, shop: delete_template(session, shop.account.id, "invite"), "no template"),
    ],
    ids=["cannot be rendered", "deleted meanwhile"],
)
def test_what_cannot_be_composed_has_failed_and_says_why(shop, html, spoil, why):
    shop.template(html=html)
    accepted = shop.trigger(template="invite", contact=ADA, data={"zero": 0})
    shop.in_one(spoil, shop)
    shop.send(accepted.message_id)
    message = shop.message(accepted.message_id)
    assert message.status == "failed"
    assert why in message.error
    assert shop.events(message.id) == ["queued", "failed"]
    assert shop.messages()["invite"]["failed"] == 1
    assert shop.audit() == []
