"""Moments as a page shows them, in the account's time zone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment for people and for programs."""

    words: str
    """As short as it can be: 14:05 · 12 Nov, 14:05 · 12 Nov 2025, 14:05."""
    full: str
    """With date and zone, to the second."""
    iso: str

    @property
    def inner(self) -> str:
        """As it stands within a sentence."""
        return self.words.replace("Today", "today")


def moment(at: datetime, *, zone: str, now: datetime) -> Moment:
    """Return how ``at`` is written for somebody in ``zone`` who reads it ``now``."""
    there = at.astimezone(ZoneInfo(zone))
    today = now.astimezone(there.tzinfo)
    clock = f"{there:%H:%M}"
    day = f"{there.day} {there:%b}"
    if there.date() == today.date():
        words = f"Today, {clock}"
    elif there.year == today.year:
        words = f"{day}, {clock}"
    else:
        words = f"{day} {there.year}, {clock}"
    return Moment(words, f"{day} {there.year}, {there:%H:%M:%S %Z}", there.isoformat(timespec="seconds"))
