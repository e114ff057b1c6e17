"""An order, as the notices of a shop together describe it, in whatever order they come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.domain.message import ContactDetails


class OrderStatus(StrEnum):
    """How far an order went."""

    CREATED = "created"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class SourcePlace(StrEnum):
    """Where in a shop's body the click or the advocate was named; the strongest first."""

    BODY = "body"
    NOTE_ATTRIBUTES = "note_attributes"
    META_DATA = "meta_data"
    CLIENT_REFERENCE_ID = "client_reference_id"
    METADATA = "metadata"
    LANDING_SITE = "landing_site"
    SESSION_ENTRY = "session_entry"
    DISCOUNT_CODES = "discount_codes"


_RANK = {status: rank for rank, status in enumerate(OrderStatus)}
_STRENGTH = {place: -rank for rank, place in enumerate(SourcePlace)}
_VERSIONS_KEPT = 50
_SO_FAR = ""
"""The name of a refund that stands for all refunds up to now."""


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """What one call says of an order; None where it says nothing."""

    order_id: str
    status: OrderStatus
    currency: str
    total_minor: int | None
    refunded_minor: int | None
    """All that was given back up to now."""
    buyer: ContactDetails
    mbsy: str | None
    mbsy_source: str | None
    placed_at: datetime | None
    payload: Mapping[str, Any]
    """The call's body as it came, or what a shop's body was understood to say."""
    as_of: datetime | None = None
    """When the shop last changed the order, where it says so: what is older never moves it back."""
    current_minor: int | None = None
    """What the order comes to after edits, before refunds; None where that is the total."""
    refunds: Mapping[str, int] = field(default_factory=dict)
    """Single refunds in minor units, by the shop's own ids."""
    names: tuple[str, ...] = ()
    """Other ids of the shop's for the same order; of a payment, perhaps."""
    is_nameless: bool = False
    """Only ``names`` lead to the order: ``order_id`` is a makeshift until the shop says its own number."""
    discount_codes: tuple[str, ...] = ()
    source_place: SourcePlace | None = None
    """Where ``mbsy_source``, or without one ``mbsy``, was found."""
    shop: str | None = None
    """The integration that read it; None for a call in our own words."""


@dataclass(frozen=True, slots=True)
class OrderState:
    """What is known of an order's money."""

    status: OrderStatus
    total_minor: int
    """Gross: the highest total that was ever said."""
    refunded_minor: int
    is_disputed: bool = False
    ranked: OrderStatus | None = None
    """The furthest status among notices that do not say when the order was changed."""
    said: OrderStatus | None = None
    """The latest status among those that do."""
    as_of: datetime | None = None
    timeless: tuple[int, ...] = ()
    """The lowest and the highest total of notices without a moment."""
    timed: tuple[int, ...] = ()
    """The lowest and the highest total of notices with one."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """What the order came to at each moment of which a notice said so, of two such notices the higher one."""
    refunds: Mapping[str, int] = field(default_factory=dict)

    @property
    def current_minor(self) -> int | None:
        """What the order comes to by its latest version; None while no notice said so."""
        return self.versions[max(self.versions)] if self.versions else None

    @property
    def net_minor(self) -> int:
        """What the order is worth to a report: nothing once cancelled, never less than nothing."""
        if self.status in {OrderStatus.CANCELLED, OrderStatus.REFUNDED}:
            return 0
        current = self.total_minor if self.current_minor is None else min(self.current_minor, self.total_minor)
        return max(current - self.refunded_minor, 0)


_UNHEARD = OrderState(OrderStatus.CREATED, 0, 0)


def first_state(notice: OrderNotice) -> OrderState:
    """Return what the first notice of an order tells."""
    return merge(_UNHEARD, notice)


def merge(state: OrderState, notice: OrderNotice) -> OrderState:
    """Return what is known after one more notice; the order of notices makes no difference.

    The highest total and every single refund stand. Of notices that say when the shop changed the order, the latest
    one decides how far it went and what it comes to now; of the others, the furthest. A total of nought says
    nothing: shops send it with a cancellation.
    """
    is_later = notice.as_of is not None and (state.as_of is None or notice.as_of >= state.as_of)
    ranked, said = state.ranked, state.said
    if notice.as_of is None:
        ranked = _furthest(ranked, notice.status)
    elif is_later:
        said = notice.status if notice.as_of != state.as_of else _furthest(said, notice.status)
    refunds = dict(state.refunds)
    for name, minor in {**notice.refunds, _SO_FAR: notice.refunded_minor or 0}.items():
        refunds[name] = max(minor, refunds.get(name, 0))
    total = max(state.total_minor, notice.total_minor or 0)
    single = sum(minor for name, minor in refunds.items() if name != _SO_FAR)
    return replace(
        state,
        status=_status(_furthest(ranked, said), total, single),
        total_minor=total,
        refunded_minor=max(refunds[_SO_FAR], single),
        is_disputed=state.is_disputed or contradicts(state, notice),
        ranked=ranked,
        said=said,
        as_of=notice.as_of if is_later else state.as_of,
        timeless=_widened(state.timeless, None if notice.as_of else notice.total_minor),
        timed=_widened(state.timed, notice.total_minor if notice.as_of else None),
        versions=_versions(state, notice),
        refunds=refunds,
    )


def contradicts(state: OrderState, notice: OrderNotice) -> bool:
    """Tell whether a notice says another total than one of the same moment, or, where either has none, than any."""
    if not notice.total_minor:
        return False
    if notice.as_of is None:
        return any(total != notice.total_minor for total in state.timeless + state.timed)
    same_moment = state.versions.get(_moment(notice.as_of), _comes_to(notice))
    return same_moment != _comes_to(notice) or any(total != notice.total_minor for total in state.timeless)


def stronger(place: str | None, than: str | None) -> bool:
    """Tell whether what stands in one place outdoes what stands in another; nothing is outdone by anything."""
    if place is None:
        return False
    return than is None or _STRENGTH[SourcePlace(place)] > _STRENGTH[SourcePlace(than)]


def _widened(reach: tuple[int, ...], total: int | None) -> tuple[int, ...]:
    return (min((*reach, total)), max((*reach, total))) if total else reach


def _versions(state: OrderState, notice: OrderNotice) -> Mapping[str, int]:
    comes_to = _comes_to(notice)
    if notice.as_of is None or not comes_to:
        return state.versions
    moment = _moment(notice.as_of)
    versions = {**state.versions, moment: max(comes_to, state.versions.get(moment, 0))}
    return {moment: versions[moment] for moment in sorted(versions)[-_VERSIONS_KEPT:]}


def _moment(at: datetime) -> str:
    """Return a name for a moment; names stand in the order of the moments."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _comes_to(notice: OrderNotice) -> int | None:
    return notice.total_minor if notice.current_minor is None else notice.current_minor


def _furthest(*statuses: OrderStatus | None) -> OrderStatus:
    return max((status for status in statuses if status), key=_RANK.__getitem__, default=OrderStatus.CREATED)


def _status(status: OrderStatus, total: int, single_refunds: int) -> OrderStatus:
    """Return the status that single refunds make of an order."""
    if not single_refunds:
        return status
    whole = bool(total) and single_refunds >= total
    return _furthest(status, OrderStatus.REFUNDED if whole else OrderStatus.PARTIALLY_REFUNDED)
