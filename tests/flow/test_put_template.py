"""A template is written, or written anew; what cannot be read is refused before it can be sent."""

import pytest
from sqlalchemy import select

from app.domain.errors import InvalidInputError
from app.domain.message import Channel
from app.store.templates import TemplateRow, template_by_key
from tests.flow.story import both_databases


@both_databases
def test_a_template_is_stored_and_a_second_one_takes_its_place(shop):
    shop.template(html="<p>old</p>", automation="welcome")
    stored = shop.template(html=None, text="new")
    assert shop.in_one(template_by_key, shop.account.id, "invite") == stored
    versions = select(TemplateRow.version).where(TemplateRow.account_id == shop.account.id)
    assert shop.in_one(lambda session: session.execute(versions).scalars().all()) == [2]


def test_each_account_has_its_own(shop, other_shop):
    shop.template(html="<p>ours</p>")
    other_shop.template(html="<p>theirs</p>")
    assert shop.in_one(template_by_key, shop.account.id, "invite").html == "<p>ours</p>"


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"subject": None}, {"subject"}),
        ({"html": None, "text": ""}, {"html"}),
        ({"subject": "", "html": "{% if %}"}, {"subject", "html"}),
        ({"html": "{% sharing_widget whatsapp, myspace %}"}, {"html"}),
        ({"html": "{{ share.myspace }}", "text": "{{ share.orkut }}"}, {"html", "text"}),
        ({"channel": Channel.SMS, "text": ""}, {"text"}),
        ({"channel": Channel.SMS, "text": "{{ nobody"}, {"text"}),
    ],
    ids=["no subject", "no body", "several", "widget", "buttons", "empty text", "no Liquid"],
)
def test_what_cannot_be_sent_is_refused_by_its_part(shop, given, errors):
    with pytest.raises(InvalidInputError) as refused:
        shop.template(**given)
    assert set(refused.value.errors) == errors
    assert shop.in_one(template_by_key, shop.account.id, "invite") is None


def test_a_mistake_is_told_with_its_line(shop):
    with pytest.raises(InvalidInputError, match="line 3"):
        shop.template(html="<p>\n\n{% nosuchtag %}</p>")
