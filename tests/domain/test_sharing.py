"""One table of platforms, and the address that opens each one's composer."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.sharing import PLATFORMS, by_letter, intent, share_message, subject

LINK = "https://refer.example/-iAAAAAAAAAAAw/johndoe"
COPY = "https://refer.example/copy/AAAAAAAAAAA"


def opened(name, text="Join me & save 10%\nü", about="Look"):
    return intent(PLATFORMS[name], text=text, url=LINK, subject=about, copy_page=COPY)


def test_every_promised_platform_is_there():
    promised = ["whatsapp", "facebook", "x", "linkedin", "telegram", "reddit", "pinterest", "email", "sms", "copy"]
    assert set(promised) <= set(PLATFORMS)


def test_each_letter_names_one_platform():
    letters = [platform.letter for platform in PLATFORMS.values()]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 and letter.isalnum() and letter.isascii() for letter in letters)
    assert [by_letter(letter) for letter in letters] == list(PLATFORMS.values())
    assert by_letter("") is None
    assert by_letter("!") is None


@pytest.mark.parametrize("name", sorted(set(PLATFORMS) - {"copy", "native"}))
def test_every_intent_holds_the_link_exactly_once(name):
    address = opened(name)
    values = [value for found in parse_qs(urlsplit(address).query).values() for value in found]
    assert sum(value.count(LINK) for value in values) == 1
    assert address.isascii()
    assert "+" not in address
    assert not set(address) & set(" \r\n\t\0")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("whatsapp", "https://wa.me/?text=Join%20me%20%26%20save%2010%25%0A%C3%BC%20https%3A%2F%2F"),
        ("facebook", "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2F"),
        ("x", "https://x.com/intent/post?text=Join%20me%20%26%20save%2010%25%0A%C3%BC&url=https%3A%2F%2F"),
        ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2F"),
        ("telegram", "https://t.me/share/url?url=https%3A%2F%2F"),
        ("reddit", "https://www.reddit.com/submit?url=https%3A%2F%2F"),
        ("pinterest", "https://pinterest.com/pin/create/button/?url=https%3A%2F%2F"),
        ("email", "mailto:?subject=Look&body=Join%20me%20%26%20save%2010%25%0D%0A%C3%BC%20https%3A%2F%2F"),
        ("sms", "sms:?&body=Join%20me%20%26%20save%2010%25%0A%C3%BC%20https%3A%2F%2F"),
    ],
)
def test_intents_are_the_documented_addresses(name, begins):
    assert opened(name).startswith(begins)


def test_copy_opens_our_own_page():
    assert opened("copy") == COPY


def test_the_link_stands_where_the_text_wants_it():
    assert share_message("Here: {{ campaign_link }} enjoy", LINK) == f"Here: {LINK} enjoy"
    assert share_message("Here: {campaign_link}", LINK) == f"Here: {LINK}"
    assert share_message("Join me! ", LINK) == f"Join me! {LINK}"
    assert share_message("", LINK) == LINK


def test_a_platform_that_takes_the_link_apart_gets_words_without_it():
    assert "text=Join%20me&" in opened("x", text="Join me {{ campaign_link }}")


def test_no_text_breaks_an_intent():
    for name in PLATFORMS:
        address = opened(name, text="a\0b\ud800\r\nc", about="x\r\nBcc: y")
        assert address.isascii()
        assert "%00" not in address


def test_a_subject_is_one_line():
    assert subject("Join me!\nMore") == "Join me!"
    assert subject("") == ""
    assert len(subject("word " * 40)) <= 70
    assert "subject=x%20Bcc%3A%20y&" in opened("email", about="x\r\nBcc: y")
