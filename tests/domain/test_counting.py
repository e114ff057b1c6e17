"""What is counted, by the quarter of an hour, so that every time zone's day is a sum of whole counters."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.counting import (
    QUARTER_S,
    Counter,
    Metric,
    Span,
    Subject,
    count_click,
    count_share,
    quarter_of,
    read_span,
)
from app.domain.errors import InvalidInputError
from app.domain.visit import LinkKind, Verdict

FRIENDS_LINKS = [LinkKind.SHARED, LinkKind.ADVOCATE]
NOT_PEOPLE = [Verdict.MACHINE, Verdict.PREVIEW, Verdict.UNKNOWN]


def quarter(text):
    return quarter_of(datetime.fromisoformat(text))


def length_h(first, last, zone):
    span = read_span(first, last, zone)
    return (span.end_quarter - span.first_quarter) / 4


def test_a_persons_click_counts_and_the_first_one_counts_the_message():
    assert list(count_click(LinkKind.MESSAGE, Verdict.HUMAN, is_unique=True)) == [Metric.CLICKS, Metric.UNIQUE_CLICKS]
    assert list(count_click(LinkKind.MESSAGE, Verdict.HUMAN, is_unique=False)) == [Metric.CLICKS]


@pytest.mark.parametrize("kind", FRIENDS_LINKS)
def test_a_friends_click_is_counted_apart_from_a_readers(kind):
    found = list(count_click(kind, Verdict.HUMAN, is_unique=True))
    assert found == [Metric.FRIEND_CLICKS, Metric.FRIEND_UNIQUE_CLICKS]


@pytest.mark.parametrize("verdict", NOT_PEOPLE)
def test_whoever_is_no_person_counts_as_a_machine_only(verdict):
    assert list(count_click(LinkKind.MESSAGE, verdict, is_unique=True)) == [Metric.MACHINE_CLICKS]
    assert list(count_click(LinkKind.SHARED, verdict, is_unique=True)) == [Metric.FRIEND_MACHINE_CLICKS]
    assert count_share(verdict) is Metric.MACHINE_SHARES


def test_a_persons_press_is_a_share():
    assert count_share(Verdict.HUMAN) is Metric.SHARES


def test_counters_have_one_order_for_everybody():
    later = Counter(2, Subject(), Metric.SENT)
    sooner = Counter(1, Subject("sms"), Metric.SENT)
    assert sorted([later, sooner, Counter(1, Subject("email"), Metric.SENT)])[-1] == later


@given(st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second + 0.5, UTC)))
def test_a_moment_lies_in_its_quarter(moment):
    start = datetime.fromtimestamp(quarter_of(moment) * QUARTER_S, UTC)
    assert start <= moment < start + timedelta(seconds=QUARTER_S)


def test_a_moment_before_1970_lies_in_its_quarter_too():
    assert quarter_of(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1


def test_without_dates_the_span_is_open():
    assert read_span(None, None, "UTC") == Span()
    assert read_span("", "", "UTC") == Span()


def test_the_last_day_is_included_whole():
    span = read_span("2026-11-22", "2026-11-22", "UTC")
    assert span == Span(quarter("2026-11-22T00:00+00:00"), quarter("2026-11-23T00:00+00:00"))


@pytest.mark.parametrize(
    ("first", "last", "zone", "hours"),
    [
        ("2026-11-22", "2026-11-22", "Europe/Berlin", 24),
        ("2026-03-29", "2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "2026-10-25", "Europe/Berlin", 25),
        ("2026-03-08", "2026-03-08", "America/New_York", 23),
        ("2026-11-01", "2026-11-01", "America/New_York", 25),
        ("2026-11-22", "2026-11-22", "Asia/Kolkata", 24),
        # Clocks there change by half an hour.
        ("2026-04-05", "2026-04-05", "Australia/Lord_Howe", 24.5),
        # Clocks there change at midnight: the day begins at 01:00, and one midnight comes twice.
        ("2026-04-24", "2026-04-24", "Africa/Cairo", 23),
        ("2026-03-01", "2026-03-31", "Europe/Berlin", 31 * 24 - 1),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(first, last, zone, hours):
    assert length_h(first, last, zone) == hours


def test_a_day_in_kolkata_begins_on_a_half_hour_of_utc():
    span = read_span("2026-11-22", "2026-11-22", "Asia/Kolkata")
    assert span == Span(quarter("2026-11-21T18:30+00:00"), quarter("2026-11-22T18:30+00:00"))


def test_a_day_in_kathmandu_begins_on_a_quarter_of_utc():
    assert read_span("2026-11-22", None, "Asia/Kathmandu").first_quarter == quarter("2026-11-21T18:15+00:00")


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2037, 1, 1)))
def test_days_that_follow_each_other_leave_nothing_out_and_count_nothing_twice(day):
    following = day + timedelta(days=1)
    for zone in ("Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo"):
        end = read_span(day.isoformat(), day.isoformat(), zone).end_quarter
        assert end == read_span(following.isoformat(), None, zone).first_quarter


@pytest.mark.parametrize("day", ["2026-11-22", "20261122", "2026-W47-7"])
def test_a_day_may_be_spelled_in_any_way_of_iso_8601(day):
    assert read_span(day, day, "UTC") == read_span("2026-11-22", "2026-11-22", "UTC")


def test_a_moment_counts_from_the_quarter_it_lies_in():
    span = read_span("2026-11-22T10:07:00+01:00", "2026-11-22T10:20:00+01:00", "UTC")
    assert span == Span(quarter("2026-11-22T09:00+00:00"), quarter("2026-11-22T09:30+00:00"))


def test_half_a_second_into_a_quarter_is_in_it():
    assert read_span(None, "2026-11-22T10:00:00.5Z", "UTC").end_quarter == quarter("2026-11-22T10:15+00:00")


def test_a_moment_without_an_offset_is_one_of_the_zone():
    assert read_span("2026-11-22T10:00", None, "Europe/Berlin").first_quarter == quarter("2026-11-22T09:00+00:00")


@pytest.mark.parametrize(
    "bad", ["yesterday", "2026-02-30", "2026-13-01", "22.11.2026", "2026-11-22T25:00", "9999-12-31"]
)
def test_what_is_no_date_is_refused_by_the_name_of_its_field(bad):
    with pytest.raises(InvalidInputError) as refused:
        read_span(None, bad, "UTC")
    assert list(refused.value.errors) == ["to"]


def test_a_bad_beginning_is_refused_by_its_own_name():
    with pytest.raises(InvalidInputError) as refused:
        read_span("soon", None, "UTC")
    assert list(refused.value.errors) == ["from"]


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "x" * 5000]
)
def test_what_is_no_time_zone_is_refused(zone):
    with pytest.raises(InvalidInputError) as refused:
        read_span(None, None, zone)
    assert list(refused.value.errors) == ["tz"]


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-30", "0001-01-01T00:00:00+23:59"])
def test_the_ends_of_the_calendar_are_dates_too(first):
    assert isinstance(read_span(first, None, "Asia/Kolkata").first_quarter, int)
