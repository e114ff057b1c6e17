"""Quiet hours by the recipient's clock, on the days when clocks change, too."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.quiet_hours import QuietHours, find_zone, quiet_until

NIGHT = QuietHours(time(21), time(8))
NEW_YORK, BERLIN = "+12125550100", "+4915112345678"


def until(due, hours=NIGHT, *, zone=None, phone=None, account="UTC"):
    """Return when a message due at a UTC time may go out, as UTC time."""
    moment = datetime.fromisoformat(due).replace(tzinfo=UTC)
    fields = {} if zone is None else {"timezone": zone}
    found = quiet_until(moment, hours, fields=fields, phone=phone, account_zone=account)
    return found.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("2026-11-22 20:59", "2026-11-22 20:59"),
        ("2026-11-22 21:00", "2026-11-23 08:00"),
        ("2026-11-23 00:00", "2026-11-23 08:00"),
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
    ],
)
def test_what_is_due_in_the_night_goes_out_at_its_end(due, goes):
    assert until(due) == goes


def test_hours_of_one_day_are_quiet_too():
    lunch = QuietHours(time(12), time(13, 30))
    assert until("2026-11-22 12:15", lunch) == "2026-11-22 13:30"
    assert until("2026-11-22 11:59", lunch) == "2026-11-22 11:59"


def test_the_contacts_own_zone_comes_first_then_the_numbers_then_the_accounts():
    due = "2026-11-23 03:00"
    assert until(due, zone="America/New_York", phone=BERLIN) == "2026-11-23 13:00"
    assert until(due, phone=NEW_YORK) == "2026-11-23 13:00"
    assert until(due, phone=BERLIN) == "2026-11-23 07:00"
    assert until(due, account="Asia/Tokyo") == due
    for nothing in ("+18005550100", "+79161234567", "+447700900123", "72975", "", None):
        assert until(due, phone=nothing, account="Asia/Tokyo") == due
    for no_zone in ("", "Mars/Olympus", "../etc/passwd", "Europe", "a\0b", "x" * 5000, 7, ["UTC"], "\ud800"):
        assert find_zone(no_zone) is None
        assert until(due, zone=no_zone, phone=NEW_YORK) == "2026-11-23 13:00"


@pytest.mark.parametrize(
    ("due", "hours", "goes"),
    [
        # In spring 02:00 becomes 03:00 on 8 March: the night is an hour shorter.
        ("2026-03-08 03:00", NIGHT, "2026-03-08 12:00"),
        ("2026-03-07 03:00", NIGHT, "2026-03-07 13:00"),
        # 02:30 is left out: quiet ends when clocks jump over it, not half an hour later.
        ("2026-03-08 06:00", QuietHours(time(21), time(2, 30)), "2026-03-08 07:00"),
        ("2026-03-08 07:00", QuietHours(time(21), time(2, 30)), "2026-03-08 07:00"),
        # In autumn 02:00 becomes 01:00 on 1 November: 01:30 comes twice, and ends the quiet each time.
        ("2026-11-01 03:00", NIGHT, "2026-11-01 13:00"),
        ("2026-11-01 05:00", QuietHours(time(21), time(1, 30)), "2026-11-01 05:30"),
        ("2026-11-01 05:45", QuietHours(time(21), time(1, 30)), "2026-11-01 05:45"),
        ("2026-11-01 06:10", QuietHours(time(21), time(1, 30)), "2026-11-01 06:30"),
    ],
)
def test_on_the_days_when_clocks_change(due, hours, goes):
    assert until(due, hours, zone="America/New_York") == goes


def test_where_a_number_spans_zones_all_of_them_must_be_awake(monkeypatch):
    names = ("America/New_York", "America/Los_Angeles")
    monkeypatch.setattr("app.domain.quiet_hours.number_zones.time_zones_for_number", lambda _: names)
    assert until("2026-11-23 13:30", phone=NEW_YORK) == "2026-11-23 16:00"
    monkeypatch.setattr(
        "app.domain.quiet_hours.number_zones.time_zones_for_number", lambda _: ("Asia/Tokyo", "America/New_York")
    )
    assert until("2026-11-23 02:00", QuietHours(time(12), time(9)), phone=NEW_YORK) == "2026-11-23 09:00"


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"])
def test_in_any_hour_of_a_year_what_goes_out_goes_when_it_is_not_quiet_and_no_earlier(zone):
    place, moment = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(366 * 4):
        moment += timedelta(hours=6, minutes=7)
        goes = quiet_until(moment, NIGHT, fields={"timezone": zone}, phone=None, account_zone="UTC")
        assert not NIGHT.hold(goes.astimezone(place).time())
        assert timedelta() <= goes - moment <= timedelta(hours=12)
