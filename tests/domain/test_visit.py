"""A visit is one line of the journal, and only what the edge wrote is a visit."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.visit import LinkKind, Verdict, Visit

PRESS = Visit(
    id="019a8f3e-7c1b-7000-8000-00000000abcd",
    at_ms=1_795_000_000_123,
    account_id="account",
    kind=LinkKind.PRESS,
    verdict=Verdict.HUMAN,
    signals=("browser", "língua"),
    rules=3,
    url="https://shop.example/ü?a=1#x",
    message_id="message",
    platform="whatsapp",
    user_agent='Mozilla/5.0 "quoted"\n\u2028',
)


def changed(**fields):
    return orjson.dumps({**orjson.loads(PRESS.line()), **fields})


def test_a_visit_comes_back_as_it_was_written():
    assert Visit.from_line(PRESS.line()) == PRESS
    assert Visit.from_line(PRESS.line().decode()) == PRESS


def test_a_visit_is_one_line_whatever_it_holds():
    assert PRESS.line().count(b"\n") == 1
    assert PRESS.line().endswith(b"\n")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    st.builds(
        Visit,
        id=TEXT,
        at_ms=st.integers(0, 4_102_444_800_000),
        account_id=TEXT,
        kind=st.sampled_from([LinkKind.MESSAGE, LinkKind.SHARED, LinkKind.ADVOCATE]),
        verdict=st.sampled_from(list(Verdict)),
        signals=st.lists(TEXT, max_size=3).map(tuple),
        rules=st.integers(0, 1000),
        url=TEXT,
        message_id=st.none() | TEXT,
        link_index=st.none() | st.integers(0, 62**4),
        advocate_id=st.none() | TEXT,
        campaign_id=st.none() | TEXT,
        platform=st.none() | TEXT,
        ip=TEXT,
        user_agent=TEXT,
        referrer=TEXT,
        method=TEXT,
        prefetch=TEXT,
    )
)
def test_every_visit_comes_back_as_it_was_written(visit):
    assert Visit.from_line(visit.line()) == visit


@pytest.mark.parametrize("length", [0, 1, 20, 100, len(PRESS.line()) - 2])
def test_half_a_line_is_no_visit(length):
    with pytest.raises(ValueError, match="not a visit"):
        Visit.from_line(PRESS.line()[:length])


@pytest.mark.parametrize(
    "line", [b"\n", b"null", b"[]", b"{}", b"12", b'"text"', b"\0\0\0\0", b"\xff\xfe", PRESS.line() + PRESS.line()]
)
def test_what_is_no_object_of_ours_is_no_visit(line):
    with pytest.raises(ValueError, match="not a visit"):
        Visit.from_line(line)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "stroll"},
        {"kind": None},
        {"kind": []},
        {"verdict": "maybe"},
        {"signals": "browser"},
        {"signals": None},
        {"signals": [1]},
        {"signals": ["a\0b"]},
        {"at_ms": "now"},
        {"at_ms": None},
        {"at_ms": 1.5},
        {"at_ms": True},
        {"at_ms": -1},
        {"at_ms": 10**18},
        {"rules": "3"},
        {"rules": 2**31},
        {"link_index": "0"},
        {"link_index": -1},
        {"link_index": False},
        {"link_index": 2**40},
        {"id": None},
        {"account_id": 7},
        {"url": None},
        {"url": "https://shop.example/\0"},
        {"platform": "\0"},
        {"user_agent": ["curl"]},
        {"message_id": 5},
        {"platform": {"a": 1}},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_line_that_no_database_could_take_is_no_visit(fields):
    with pytest.raises(ValueError, match="not a visit"):
        Visit.from_line(changed(**fields))


def test_a_text_that_looks_like_nul_is_a_text():
    visit = PRESS._replace(user_agent="\\u0000", signals=("\\u0000",))
    assert Visit.from_line(visit.line()) == visit


@pytest.mark.parametrize("missing", [{"message_id": None, "advocate_id": None}, {"platform": None}], ids=str)
def test_a_press_of_nobody_or_of_no_platform_is_no_visit(missing):
    with pytest.raises(ValueError, match="press"):
        Visit.from_line(changed(**missing))


@pytest.mark.parametrize("missing", ["id", "at_ms", "account_id", "kind", "verdict", "signals", "rules", "url"])
def test_a_line_without_what_every_visit_has_is_no_visit(missing):
    fields = orjson.loads(PRESS.line())
    del fields[missing]
    with pytest.raises(ValueError, match="not a visit"):
        Visit.from_line(orjson.dumps(fields))


def test_a_line_of_an_older_version_may_lack_what_came_later():
    fields = orjson.loads(PRESS.line())
    del fields["method"]
    assert Visit.from_line(orjson.dumps(fields)).method == "GET"
