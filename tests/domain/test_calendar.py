"""Days of a zone as quarters of an hour."""

from datetime import date

import pytest

from app.domain.calendar import DAY_QUARTERS, Days, day_of, day_start, runs

YEAR = Days(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_every_quarter_of_a_year_lies_in_one_day_of_its_zone(zone):
    cut = runs(YEAR, zone)
    assert [run.end_quarter for run in cut[:-1]] == [run.first_quarter for run in cut[1:]]
    assert sum(run.days for run in cut) == len(YEAR) == 365
    assert sum(run.end_quarter - run.first_quarter for run in cut) == 365 * 96


def test_a_year_is_cut_only_where_clocks_change():
    spring = [(run.first_day, run.days) for run in runs(YEAR, "Europe/Berlin")]
    assert spring == [
        (date(2026, 1, 1), 87), (date(2026, 3, 29), 1), (date(2026, 3, 30), 209), (date(2026, 10, 25), 1),
        (date(2026, 10, 26), 67),
    ]  # fmt: skip
    assert len(runs(YEAR, "UTC")) == 1


def test_the_25th_hour_is_still_the_same_day():
    [long] = runs(Days(date(2026, 10, 25), date(2026, 10, 25)), "Europe/Berlin")
    assert (long.end_quarter - long.first_quarter, long.day(1)) == (100, date(2026, 10, 25))


def test_the_days_before_are_as_many():
    assert Days(date(2026, 3, 1), date(2026, 3, 7)).before == Days(date(2026, 2, 22), date(2026, 2, 28))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "America/Havana", "Asia/Kathmandu", "UTC"])
def test_every_quarter_of_a_year_lies_in_the_day_that_runs_cut(zone):
    days = Days(date(2026, 1, 1), date(2026, 12, 31))
    for run in runs(days, zone):
        length = run.end_quarter - run.first_quarter if run.days == 1 else DAY_QUARTERS
        for quarter in range(run.first_quarter, run.end_quarter, 2):
            index = (quarter - run.first_quarter) // length
            assert day_of(quarter, zone) == run.day(index)
            assert day_start(quarter, zone) == run.first_quarter + index * length
