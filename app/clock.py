"""The only reader of the clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import uuid_utils

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def mint() -> uuid_utils.UUID:
    """Return a UUIDv7 of this very moment, which is an earlier one where the clock was set back.

    Without the moment, the library would go on from the latest one that it ever saw. 74 random bits tell the ids of a
    moment apart, also of one that comes twice.
    """
    return uuid_utils.uuid7(nanoseconds=time.time_ns())
