"""Quiet hours: by the recipient's own clock nothing that is marketing goes out then; it waits for their end.

Where a number's region spans several zones it is quiet until the clocks of all of them say otherwise; where a number
says nothing (toll-free, or a country of ten zones) the account's zone counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as number_zones

_MOST_ZONES = 3
_FIELDS = ("timezone", "time_zone")
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight where the end is the earlier one; the end is not quiet."""

    begins: time
    ends: time

    @classmethod
    def read(cls, begins: str | None, ends: str | None) -> "QuietHours | None":
        """Return the hours between two times such as 21:00; None where there are none."""
        return cls(time.fromisoformat(begins), time.fromisoformat(ends)) if begins and ends else None

    def hold(self, clock: time) -> bool:
        """Tell whether it is quiet when a clock shows ``clock``."""
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


def find_zone(name: Any) -> ZoneInfo | None:
    """Return the time zone of that name; None for anything that is none."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def quiet_until(
    due: datetime, hours: QuietHours, *, fields: Mapping[str, Any], phone: str | None, account_zone: str
) -> datetime:
    """Return when a message that is due may go out: ``due`` itself, or the end of the quiet hours around it.

    The zone is that of the contact's field ``timezone``, else of the number, else the account's.
    """
    home = find_zone(account_zone) or ZoneInfo("UTC")
    zones = _zones(fields, phone) or (home,)
    until = _until(due, hours, zones)
    # Zones so far apart that one of them is always quiet say as little as none.
    return until if until is not None else _until(due, hours, (home,)) or due


def _zones(fields: Mapping[str, Any], phone: str | None) -> tuple[ZoneInfo, ...]:
    own = next((zone for name in _FIELDS if (zone := find_zone(fields.get(name)))), None)
    if own:
        return (own,)
    try:
        names = number_zones.time_zones_for_number(phonenumbers.parse(phone)) if phone else ()
    except phonenumbers.NumberParseException:
        return ()
    found = tuple(zone for name in names if (zone := find_zone(name)))
    return found if len(found) <= _MOST_ZONES else ()


def _until(due: datetime, hours: QuietHours, zones: Iterable[ZoneInfo]) -> datetime | None:
    zones = tuple(zones)
    for _ in range(2 * len(zones) + 1):
        latest = max(_end(due, hours, zone) for zone in zones)
        if latest == due:
            return due
        due = latest
    return None


def _end(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> datetime:
    """Return the first moment from ``moment`` on at which it is not quiet in ``zone``."""
    local = moment.astimezone(zone)
    if not hours.hold(local.time()):
        return moment
    day = local.date() + timedelta(days=hours.begins > hours.ends and local.time() >= hours.begins)
    # When clocks go back, a time comes twice: whoever is between the two waits for the second.
    return next(end for fold in (0, 1) if (end := _first(day, hours.ends, zone, fold)) > moment)


def _first(day: date, clock: time, zone: ZoneInfo, fold: int) -> datetime:
    """Return the first moment at which clocks show ``clock`` or later; when they go forward they may leave it out."""
    wall = datetime.combine(day, clock, tzinfo=zone)
    after, before = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if after <= before:
        return before if fold else after
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (before, middle) if middle.astimezone(zone).time() >= clock else (middle, after)
    return after.replace(microsecond=0)
