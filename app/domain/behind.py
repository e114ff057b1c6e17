"""The figures behind which contacts are listed, by the names that the reports give them."""

from enum import StrEnum


class MessageMetric(StrEnum):
    """Figures of the message report."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    MACHINE_OPENS = "machine_opens"
    FAILED = "failed"
    CLICKED = "clicked"
    UNIQUE_CLICKS = "unique_clicks"
    MACHINE_CLICKS = "machine_clicks"
    SHARES = "shares"
    MACHINE_SHARES = "machine_shares"
    SIGNUPS = "signups"
    ORDERS = "orders"
    CONVERSIONS = "conversions"
    REVENUE = "revenue"


class ChannelMetric(StrEnum):
    """Figures of the channel report; clicks are friends', listed under whoever shared the link."""

    SHARES = "shares"
    CLICKS = "clicks"
    UNIQUE_CLICKS = "unique_clicks"
    MACHINE_CLICKS = "machine_clicks"
    SIGNUPS = "signups"
    ORDERS = "orders"
    CONVERSIONS = "conversions"
    REVENUE = "revenue"
