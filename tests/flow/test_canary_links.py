"""Who follows what nobody sees is a scanner; only templated emails have it, and only where the account wants it."""

import pytest

from app.domain.message import Content, Goal
from app.store.accounts import change_account
from app.store.clicks import list_clicks
from tests.flow.story import counted

HTML = "<p><a href='https://shop.example/new'>New</a> {{ contact.first_name }}{% if contact.email %}!{% endif %}</p>"
WHOLE = HTML + "{% for one in data.list %}<a href='https://shop.example/{{ one }}'>{{ one }}</a>{% endfor %}"
BROWSER = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@pytest.fixture
def switched_on(shop):
    shop.in_one(change_account, shop.account.id, {"canary_links": True})


@pytest.mark.parametrize("html", [HTML, WHOLE])
def test_a_scanner_gives_itself_away_and_the_reader_does_not(shop, switched_on, html):
    shop.template("news", goal=Goal.ORDER, html=html)
    message = shop.sent(template="news", data={"list": ["a", "b"]})
    assert message.canary_index is not None
    assert f"-t{message.code}{message.canary_index}" in message.html
    assert "display:none" in message.html
    early = shop.click(message, minutes=3, who="192.0.2.0", **BROWSER)
    reader = shop.click(message, minutes=4, **BROWSER)
    shop.record(early, reader)
    shop.record(shop.click(message, minutes=5, link_index=message.canary_index, who="192.0.2.0", **BROWSER))
    rows = {row.id: row.verdict for row in shop.in_one(list_clicks, shop.account.id, before=None, limit=9)}
    assert (rows[early.id], rows[reader.id]) == ("machine", "human")
    figures = counted(shop.messages()["news"])
    assert (figures["clicked"], figures["unique_clicks"], figures["machine_clicks"]) == (1, 1, 2)
    assert shop.audit() == []


def test_an_inline_message_keeps_every_other_byte(shop, switched_on):
    html = "<p><a href='https://shop.example/new'>New</a></p>"
    message = shop.sent(content=Content("Hi", html, None))
    assert message.canary_index is None
    assert "display:none" not in message.html


def test_it_is_off_until_the_account_wants_it(shop):
    shop.template("news", goal=Goal.ORDER, html=HTML)
    message = shop.sent(template="news")
    assert (message.canary_index, "display:none" in message.html) == (None, False)
