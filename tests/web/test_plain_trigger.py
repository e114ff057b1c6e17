"""What is read of a trigger without the schema is what the schema reads, to the letter."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.addresses import _spelled, email_address
from app.domain.errors import InvalidInputError
from app.web.schemas import trigger as trigger_schemas
from app.web.schemas.loading import load
from app.web.schemas.plain_trigger import plain_trigger

PLAIN = {
    "id": "t-1",
    "channel": "email",
    "template": "news",
    "campaign": "spring",
    "contact": {
        "external_id": "c-1",
        "email": "Ada.Lovelace+x@Example.com",
        "first_name": "Ada",
        "last_name": "Ő’Neil",
    },
    "data": {"coupon": "A1"},
}
_LINES = st.one_of(
    st.none(),
    st.sampled_from(["x", "", " ", " x ", "a\nb", "\x00", "\x85", "\u2028", "\u202e", "\ud800", "é", "\xa0", "\u3000"]),
    st.sampled_from(["y" * 200, "y" * 201, "y" * 255, "y" * 256]),
    st.sampled_from([7, True, 1.5, [], {}, ["x"]]),
)
_ADDRESSES = st.one_of(
    _LINES,
    st.sampled_from(
        ["ada@example.com", " ada@example.com", "ADA@EXAMPLE.COM", "ada@", "@x.com", "a..b@x.com", "ada@x"]
    ),
    st.sampled_from(["a@ex ample.com", "ada@localhost", "ada@xn--mnchen-3ya.de", "ada@münchen.de", "a@b@c.com"]),
)
_NUMBERS = st.one_of(_LINES, st.sampled_from(["+15005550006", "+1 500 555 0006", "0049", "+44 (0)7911 123456", "5"]))
_CONTACTS = st.fixed_dictionaries(
    {},
    optional={
        "external_id": _LINES,
        "email": _ADDRESSES,
        "phone": _NUMBERS,
        "first_name": _LINES,
        "last_name": _LINES,
        "fields": st.sampled_from([None, {}, {"plan": "pro"}, [], "x"]),
        "timezone": st.sampled_from([None, "Europe/Berlin", "Nowhere"]),
        "name": _LINES,
    },
)
_BODIES = st.fixed_dictionaries(
    {},
    optional={
        "id": _LINES,
        "channel": st.sampled_from(["email", "sms", "fax", None, 1, []]),
        "contact": st.one_of(_CONTACTS, _LINES),
        "template": _LINES,
        "automation": _LINES,
        "campaign": _LINES,
        "goal": st.sampled_from(["share", "order", None, "sale", 0, {}]),
        "data": st.sampled_from([None, {}, {"a": [1, None]}, [], "x"]),
        "send_at": st.sampled_from([None, "2026-12-01T09:00:00Z", "tomorrow"]),
        "links": st.sampled_from([None, {}, {"skip": ["x"]}]),
        "message": st.sampled_from([None, {"text": "Hi"}]),
        "sendat": _LINES,
    },
)


def _by_the_schema(body, key):
    found = load(trigger_schemas._TRIGGER, body)
    return found._replace(key=found.key or key, fingerprint="f")


@given(st.one_of(_BODIES, _BODIES.map(lambda odd: {**PLAIN, **odd}), _LINES), st.sampled_from([None, "k"]))
@example(PLAIN, None)
def test_a_plain_trigger_is_what_the_schema_makes_of_it(body, key):
    plain = plain_trigger(body, key=key, fingerprint="f")
    if plain is not None:
        assert plain == _by_the_schema(body, key)


def test_what_most_senders_send_is_plain():
    assert plain_trigger(PLAIN, key=None, fingerprint="")
    texted = {"channel": "sms", "template": "hi", "contact": {"phone": "+15005550006"}, "goal": None, "data": None}
    assert plain_trigger(texted, key=None, fingerprint="")


def _said(work, address):
    try:
        return work(address)
    except ValueError as error:
        return f"refused: {error}"


@given(
    st.one_of(
        st.from_regex(r"[A-Za-z0-9_+.-]{1,70}@[A-Za-z0-9.-]{1,70}", fullmatch=True),
        st.from_regex(
            r"[a-z.]{0,5}@(xn--)?[a-z-]{0,6}(\.[a-z0-9-]{0,64}){0,3}\.(com|test|local|invalid|arpa)", fullmatch=True
        ),
        st.text("ab.@+-_ \"'\\é漢\x00", max_size=12),
        st.emails(),
    )
)
@example("postmaster@Example.COM")
@example(f"{'a' * 64}@example.com")
@example(f"{'a' * 65}@example.com")
@example("a@xn--mnchen-3ya.de")
@example("a@1.2.3.4")
def test_an_address_is_spelled_as_the_library_spells_it_whatever_way_it_is_read(address):
    assert _said(email_address, address) == _said(_spelled, address)


def test_two_keyless_bodies_are_never_compared():
    assert trigger_schemas.read_trigger({**PLAIN, "id": None}, key=None).fingerprint == ""
    first, second = (trigger_schemas.read_trigger({**PLAIN, "data": {"n": n}}, key=None) for n in (1, 2))
    assert first.fingerprint != second.fingerprint
    assert trigger_schemas.read_trigger({**PLAIN, "id": None}, key="k").fingerprint


def test_what_is_wrong_with_an_odd_one_is_named_as_ever():
    odd = {**PLAIN, "sendat": "x", "contact": {"email": "ada@"}}
    with pytest.raises(InvalidInputError) as refused:
        trigger_schemas.read_trigger(odd, key=None, path="triggers.3")
    assert set(refused.value.errors) == {"triggers.3.sendat", "triggers.3.contact.email"}
