"""Months of UTC, by which visits are stored and let go of."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of UTC's calendar."""

    year: int
    number: int
    """From 1 to 12."""

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month that an aware moment lies in."""
        in_utc = moment.astimezone(UTC)
        return cls(in_utc.year, in_utc.month)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def following(self) -> "Month":
        """Return the month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def end(self) -> datetime:
        """The first moment that is not its any more."""
        return self.following.start
