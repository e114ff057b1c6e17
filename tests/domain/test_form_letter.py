"""Rewrite once, render many: a form letter with its gaps filled is, byte for byte, what composing by itself gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.composing import Codes, LinkSpace, Sharing, compose, merge_fields
from app.domain.form_letter import form_letter
from app.domain.message import Channel, ContactDetails, Content

CODES = Codes("Ab3dEf6hIj9", "SSSSSSSSSSS", "-" + "Zx" * 18 + "_")
SPRING = Sharing("spring", "Spring & Co", "https://shop.example/?a=1", "Join {{ campaign_link }}", "johndoe")
SPACE = LinkSpace("refer.shop.example", 8000, frozenset({"refer.shop.example"}), skip=("https://legal.example/*",))
FIELD = "{{ contact.first_name }}"


def by_itself(content, contact, *, space=SPACE, sharing=SPRING, channel=Channel.EMAIL, data=None):
    return compose(channel, content, contact=contact, data=data or {}, sharing=sharing, codes=CODES, space=space)


def merged(content, contact, *, space=SPACE, sharing=SPRING, channel=Channel.EMAIL, data=None):
    """Return html, text and decisions of the form letter filled for ``contact``; None where there is none."""
    letter = form_letter(channel, content, space, shares=sharing is not None)
    if letter is None:
        return None
    codes = (CODES.personal, sharing.share_code if sharing else "", CODES.stop)
    values = letter.merger()(
        contact,
        data or {},
        codes,
        lambda: merge_fields(contact, data or {}, sharing=sharing, codes=CODES, space=space),
    )
    if values is None:
        return None
    html, text = (part and part.filled(values) for part in (letter.html, letter.text))
    return letter.subject_liner()(values), html, text, json.loads(letter.decisions.filled(values)), letter.destinations


def whole(composed):
    return (
        composed.subject,
        composed.html,
        composed.text,
        [link.as_dict() for link in composed.links],
        composed.destinations,
    )


NASTY = [
    "<",
    ">",
    "<!--",
    "-->",
    "--",
    "<b>",
    "</a>",
    '"',
    "'",
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "&",
    "\n",
]
LITERALS = st.sampled_from(
    [
        *NASTY,
        '<a href="https://shop.example/a">',
        "<a href=https://shop.example/b title=",
        "<a href='",
        '<a class="',
        '<img alt="',
        "<!--[if mso]>",
        "<![endif]-->",
        "<style>",
        "</style>",
        "<svg>",
        "</svg>",
        "<textarea>",
        "https://text.example/x",
        "://",
        "http",
        "(",
        ")",
        ".",
        " ",
        " and ",
    ]
)
GAPS = st.sampled_from(
    [
        FIELD,
        "{{ contact.first_name | default: 'there' }}",
        "{% if contact.first_name %}Dear {{ contact.first_name }}{% endif %}",
        "{{ unsubscribe_url }}",
        "{{ share.whatsapp }}",
        "{{ campaign_link }}",
        "{{ advocate.share_code }}",
        "{% sharing_widget whatsapp, copy %}",
        "{% assign contact_name = contact.first_name %}{{ contact_name }}",
        '<a href="{{ campaign_link }}">{{ contact.first_name }}</a>',
        "{{ data.x | newline_to_br }}",
    ]
)
NAMES = st.one_of(
    st.sampled_from([*NASTY, "", "Ada", "http", "https://evil.example/", "x.example", "{{", "a b"]), st.text(max_size=8)
)
BODIES = st.lists(st.one_of(LITERALS, GAPS), max_size=9).map("".join)


@given(html=BODIES, text=BODIES, name=NAMES, more=NAMES)
def test_a_filled_form_letter_is_what_composing_by_itself_gives(html, text, name, more):
    content, contact = Content(f"Hi\n {FIELD} ", html, text, liquid=True), ContactDetails(first_name=name)
    letter = merged(content, contact, data={"x": more})
    if letter is not None:
        assert letter == whole(by_itself(content, contact, data={"x": more}))


HTML = (
    f"<html><head><title>Hi {FIELD}</title><style>a {{}}</style></head><body><p>Dear {FIELD},</p>"
    '<a href="https://shop.example/?a=1&amp;b=2">Look</a> <img src="https://shop.example/i.png" alt="x">'
    '<!--[if mso]><v:rect href="https://shop.example/mso"></v:rect><![endif]-->'
    '{% sharing_widget whatsapp, email %}<a href="{{ campaign_link }}">yours</a> {{ data.coupon }}'
    '<a href="{{ unsubscribe_url }}">no more</a></body></html>'
)
TEXT = f"Dear {FIELD},\nlook: https://shop.example/?a=1&b=2 or {{{{ share.sms }}}}.\nNo more: {{{{ unsubscribe_url }}}}"


@pytest.mark.parametrize("name", ["Ada", "O'Neil <b> & Söhne", "", "٣ مرحبا", "a/b"])
@pytest.mark.parametrize("sharing", [SPRING, None], ids=["advocate", "stranger"])
def test_an_everyday_template_is_located_once_for_all_its_readers(name, sharing):
    content, contact = Content("Hi", HTML, TEXT, liquid=True), ContactDetails(first_name=name)
    letter = merged(content, contact, sharing=sharing, data={"coupon": "A1"})
    assert letter is None or letter == whole(by_itself(content, contact, sharing=sharing, data={"coupon": "A1"}))
    assert (letter is None) == ("/" in name)
    first, second = (form_letter(Channel.EMAIL, content, SPACE, shares=sharing is not None) for _ in range(2))
    assert first is second


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://shop.example/{{ data.page }}">x</a>',
        '<a href="https://shop.example/?ref={{ advocate.share_code }}">x</a>',
        '<a href="{{ campaign_link }}?{{ data.page }}">x</a>',
        "<!-- {{ contact.first_name }} -->",
        "<{{ contact.first_name }}>",
        "<p title={{ contact.first_name }}>",
        "{% assign campaign_link = contact.first_name %}{{ campaign_link }}",
        "<svg>{{ contact.first_name }}</svg>",
        "<!--[if mso]>{{ contact.first_name }}<![endif]-->",
    ],
)
def test_where_a_persons_data_could_touch_a_link_every_body_is_its_own(html):
    assert form_letter(Channel.EMAIL, Content("Hi", html, None, liquid=True), SPACE, shares=True) is None


@pytest.mark.parametrize(
    "text", ["https://a.example/{{ data.x }}", "({{ data.x }}https://a.example/)", "*|X|* {{ data.x }}"]
)
def test_in_a_text_part_a_gap_keeps_away_from_addresses(text):
    assert form_letter(Channel.EMAIL, Content("Hi", None, text, liquid=True), SPACE, shares=True) is None


def test_a_reader_whose_data_holds_markup_or_an_address_gets_a_body_of_their_own():
    content = Content("Hi", "<p>{{ data.x | newline_to_br }}</p>", "Hi {{ data.x }}", liquid=True)
    assert merged(content, ContactDetails(), data={"x": "plain"}) is not None
    assert merged(content, ContactDetails(), data={"x": "two\nlines"}) is None
    assert merged(content, ContactDetails(), data={"x": "https://a.example/"}) is None
