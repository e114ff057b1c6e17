"""How long single visits are kept, where an account does not keep them for ever."""

from datetime import UTC, datetime, time, timedelta

from app.domain.errors import InvalidInputError

_MARGIN_DAYS = 7
"""An order may come in days after it was placed: shops repeat for hours, and it waits a week for the click it names."""
LONGEST_DAYS = 3_650


def least_days(attribution_days: int) -> int:
    """Return for how many days visits have to be kept, for orders to find the clicks that earned them."""
    return attribution_days + _MARGIN_DAYS


def check_retention(retention_days: int | None, attribution_days: int, *, field: str) -> None:
    """Raise an InvalidInputError at ``field`` where visits would go before orders have found them."""
    least = least_days(attribution_days)
    if retention_days is None or least <= retention_days <= LONGEST_DAYS:
        return
    why = (
        f"Visits are to be kept for {least} to {LONGEST_DAYS:,} days, or for ever: a click may earn an order for"
        f" {attribution_days} days, and an order may come in {_MARGIN_DAYS} days late."
    )
    raise InvalidInputError({field: why})


def kept_since(now: datetime, retention_days: int) -> datetime:
    """Return the moment before which visits are let go of: a midnight of UTC, so that counters are cut at none."""
    return datetime.combine(now.astimezone(UTC).date() - timedelta(days=retention_days), time(), UTC)
