"""A link that nobody sees, in templated emails only."""

import re

import pytest

from app.domain.canary import canary_index, with_canary
from app.domain.message import Content

LINK = "<a class=b href='https://shop.example/new?a=1&amp;b=2#top'>New</a>"


def test_it_is_hidden_from_eyes_screen_readers_and_the_tab_key():
    html = with_canary(Content(html=f"<body>{LINK}</body>")).html
    [added] = re.findall(r"<a [^>]*></a>", html)
    for hiding in ("display:none", 'aria-hidden="true"', 'tabindex="-1"'):
        assert hiding in added
    assert html.endswith("</a></body>")


def test_it_leads_to_the_page_of_the_first_link_and_is_told_from_it():
    content = with_canary(Content(html=LINK))
    destinations = ("https://shop.example/new?a=1&b=2#top", "https://shop.example/new?a=1&b=2#unseen")
    assert canary_index(content, destinations) == 1
    assert canary_index(content, destinations[:1]) is None


@pytest.mark.parametrize(
    "html", [None, "", "<p>Hi</p>", "<a href='{{ data.url }}'>x</a>", "<a href='mailto:a@b.c'>x</a>"]
)
def test_without_a_link_that_is_everybodys_there_is_none(html):
    assert with_canary(Content(html=html)) == Content(html=html)


def test_a_senders_own_link_with_that_ending_is_no_canary():
    content = Content(html='<a href="https://shop.example/#unseen">x</a>')
    assert canary_index(content, ("https://shop.example/#unseen",)) is None
