"""What providers tell of a message after its sending, in words of our own."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.message import Status

_FUTURE = timedelta(minutes=5)
_PAST = timedelta(days=1)


class Sign(StrEnum):
    """What happened to a message that its status does not tell."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    """Its mailbox asked for it later; the provider goes on trying."""
    DROPPED = "dropped"
    """The provider did not even try."""
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    """Refused for now, for a reason that says nothing of the mailbox."""
    READ = "read"
    OPENED = "opened"
    MACHINE_OPENED = "machine_opened"
    """Fetched by the reader's mail service, whether or not anybody looked."""
    CLICKED = "clicked"
    DOUBLE_TRACKED = "double_tracked"
    """The provider had swapped a link that was swapped already; its click tracking ought to be off."""
    SPAM_REPORTED = "spam_reported"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"


_REACHED = {
    Status.SENT: (Status.SENT,),
    Status.DELIVERED: (Status.SENT, Status.DELIVERED),
    Status.FAILED: (Status.SENT, Status.FAILED),
}
_TAKEN = frozenset({Status.SENT, Status.DELIVERED, Status.FAILED})


def newly_reached(current: Status, reached: Status, *, was_sent: bool) -> tuple[Status, ...]:
    """Return the stations between two statuses: what failed or arrived at its provider was taken there first."""
    stations = _REACHED[reached]
    return stations[1:] if was_sent or current in _TAKEN else stations


def plausible_moment(said: datetime | None, *, created_at: datetime, now: datetime) -> datetime:
    """Return when something happened to a message, which was neither before the message was nor is yet to come."""
    if said is None or not created_at - _PAST <= said <= now + _FUTURE:
        return now
    return said
