"""The words of the console: what a status, an event, a goal or a decision means to a marketer."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.message import Channel, Goal, Status
from app.domain.visit import Verdict


@dataclass(frozen=True, slots=True)
class Label:
    """A word with its tone (a class of console.css), its icon and, where it needs one, an explanation."""

    word: str
    tone: str
    icon: str
    hint: str = ""


NBSP = "\N{NO-BREAK SPACE}"
_UNKNOWN_HINT = "The provider may or may not have it. It is not sent again unless somebody says so."
_STATUS = {
    Status.QUEUED: Label("Queued", "wait", "hourglass-split", "It is sent as soon as it is due."),
    Status.HELD: Label("Held", "wait", "pause-circle", "Its links could not be swapped. It waits for somebody's word."),
    Status.SENDING: Label("Sending", "wait", "send", "A worker is handing it to the provider."),
    Status.SUPPRESSED: Label("Suppressed", "wait", "slash-circle", "Its reader wants nothing more by this channel."),
    Status.UNKNOWN: Label("Unknown", "bad", "question-circle", _UNKNOWN_HINT),
    Status.SENT: Label("Sent", "info", "send-check", "The provider has taken it."),
    Status.DELIVERED: Label("Delivered", "good", "check2-circle", "It has arrived."),
    Status.FAILED: Label("Failed", "bad", "x-circle", "It could not be sent or delivered."),
}
_CHANNEL = {
    Channel.EMAIL: Label("Email", "quiet", "envelope"),
    Channel.SMS: Label("SMS", "quiet", "chat-dots"),
}
_EVENT = {
    "queued": Label("Queued", "quiet", "inbox"),
    "composed": Label("Composed, links swapped", "quiet", "link-45deg"),
    "postponed": Label("Put off, to be tried again", "wait", "arrow-repeat"),
    "sending": Label("Handed to the provider", "quiet", "send"),
    "sent": Label("Sent", "info", "send-check"),
    "delivered": Label("Delivered", "good", "check2-circle"),
    "processed": Label("Taken up by the provider", "quiet", "send"),
    "deferred": Label("Put off by the mailbox", "wait", "arrow-repeat"),
    "dropped": Label("Dropped by the provider", "bad", "x-circle"),
    "blocked": Label("Refused by the mailbox", "bad", "x-circle"),
    "read": Label("Read", "good", "envelope-open"),
    "opened": Label("Opened", "good", "envelope-open"),
    "machine_opened": Label("Fetched by a mail service", "quiet", "envelope"),
    "double_tracked": Label("Tracked twice: switch the provider's click tracking off", "bad", "question-circle"),
    "spam_reported": Label("Called spam", "bad", "slash-circle"),
    "clicked": Label("Link followed", "good", "cursor"),
    "shared": Label("Shared", "good", "share"),
    "visited": Label("A friend followed the shared link", "good", "cursor"),
    "signup": Label("A friend signed up", "good", "person-plus"),
    "order": Label("Led to an order", "good", "bag-check"),
    "ordered": Label("Led to an order", "good", "bag-check"),
    "failed": Label("Failed", "bad", "x-circle"),
    "bounced": Label("Bounced", "bad", "x-circle"),
    "unknown": Label("No word from the provider", "bad", "question-circle"),
    "suppressed": Label("Not sent", "wait", "slash-circle"),
    "held": Label("Held", "wait", "slash-circle"),
    "unsubscribed": Label("Unsubscribed", "wait", "person-dash"),
    "resubscribed": Label("Subscribed again", "good", "person-check"),
}
_GOAL = {
    Goal.SHARE: "Shares: the reader presses a share button",
    Goal.SIGNUP: "Signups: somebody enrols through it",
    Goal.ORDER: "Orders: somebody buys through it",
}
GOAL_CHOICES = (
    (Goal.SHARE.value, "Readers share it", "A conversion is a message whose reader pressed at least one share button."),
    (Goal.SIGNUP.value, "Somebody signs up", "A conversion is an enrolment by the reader or by a friend they sent."),
    (Goal.ORDER.value, "Somebody buys", "A conversion is an order by the reader or by a friend they sent."),
    ("", "Nothing in particular", "Clicks, shares, signups and orders are counted all the same."),
)
"""What a template can be sent for, and what then counts."""
_SHORT_GOAL = {Goal.SHARE: "Shares", Goal.SIGNUP: "Signups", Goal.ORDER: "Orders"}
_DECISION = {
    "tracked": Label("Tracked", "good", "link-45deg"),
    "kept": Label("Kept", "quiet", "link"),
}
_VERDICT = {
    Verdict.HUMAN: Label("Person", "good", "person", "It counts."),
    Verdict.MACHINE: Label("Machine", "quiet", "robot", "A scanner or robot: it earns nothing."),
    Verdict.PREVIEW: Label("Preview", "quiet", "eye", "An app that drew a preview of the link: it earns nothing."),
    Verdict.UNKNOWN: Label("Unknown", "wait", "question-circle", "Not shown to be a person: it earns nothing."),
}
_SIGNAL = {
    "previewer": "draws link previews:",
    "scanner": "security scanner:",
    "automation": "automated browser:",
    "library": "program, no browser:",
    "compatible": "only claims to be a browser:",
    "program": "calls itself a program:",
    "contact": "says where to complain:",
    "crawler-list": "known crawler:",
    "no-user-agent": "does not say what it is",
    "no-browser": "no browser",
    "app": "an app, before anybody looked",
    "prefetch": "fetched ahead of a press",
    "head": "asked without reading",
    "all-links": "followed every link within seconds",
    "at-delivery": "came the moment the message arrived",
    "busy-network": "many readers' links from one network",
    "canary": "followed a link that people cannot see",
}
_SUPPRESSED = {
    "unsubscribed": "This person unsubscribed, so nothing was sent.",
    "stopped": "This person answered with STOP, so nothing was sent.",
    "spam_report": "This person reported an earlier message as spam, so nothing was sent.",
    "bounced": "There is no such mailbox: an earlier message bounced, so nothing was sent.",
    "erased": "This person was erased before it was sent.",
    "manual": "Your team wants nothing sent to this address, so nothing was.",
}
_PEOPLE = {
    "sent": "Who was sent a message",
    "delivered": "Whose message arrived",
    "opened": "Who opened it",
    "machine_opens": "Whose message a mail service fetched",
    "failed": "Whose message failed",
    "clicks": "Who followed a link",
    "clicked": "Who followed a link",
    "unique_clicks": "Who followed a link",
    "machine_clicks": "Whose links machines followed",
    "conversions": "Who met the goal",
    "shares": "Who shared",
    "machine_shares": "Whose share buttons machines pressed",
    "signups": "Whose messages brought signups",
    "orders": "Whose messages brought orders",
    "revenue": "Whose messages brought revenue",
}
_REFUSAL = {
    "unsubscribed": "Unsubscribed",
    "stopped": "Answered STOP",
    "spam_report": "Called a mail spam",
    "bounced": "No such mailbox",
    "manual": "Added by your team",
}
_SOURCE = {
    "page": "The unsubscribe page",
    "console": "This console",
    "api": "The API",
    "twilio:reply": "Their own text",
}
_LIFTING = {
    "unsubscribed": "They unsubscribed themselves. Unless they told you that they want mail again, the law in most"
    " countries forbids to write to them.",
    "stopped": "They answered STOP themselves. The law in most countries forbids to text them before they say START,"
    " and your provider goes on refusing until then.",
    "spam_report": "They called a mail of yours spam. Another one hurts how all your mail is delivered.",
    "bounced": "Their mailbox did not exist. A mail that bounces again hurts how all your mail is delivered.",
    "manual": "Somebody of your team added it. From then on messages are sent there again.",
}
_UNTRACKED = {
    "smart_urls_off": "Smart URLs are off for this account, so its links went out as they were.",
    "no_verified_domain": "No domain was verified when this was sent, so its links went out as they were.",
}


def _spelled(word: str) -> str:
    return word.replace("_", " ").replace("-", " ").capitalize()


def status_label(status: str) -> Label:
    """Return what a message's status is called."""
    return _STATUS[Status(status)]


def channel_label(channel: str) -> Label:
    """Return what a channel is called."""
    return _CHANNEL[Channel(channel)]


def event_label(kind: str) -> Label:
    """Return what happened to a message, in words; a kind that is new here still reads well."""
    return _EVENT.get(kind, Label(_spelled(kind), "quiet", "clock"))


def goal_words(goal: str | None) -> str:
    """Return what counts as a success."""
    return _GOAL[Goal(goal)] if goal else "None: its clicks and shares are counted all the same"


def short_goal(goal: str | None) -> str:
    """Return the goal in one word; nothing when there is none."""
    return _SHORT_GOAL[Goal(goal)] if goal else ""


def decision_label(decision: str) -> Label:
    """Return whether a link was swapped."""
    return _DECISION.get(decision, Label(_spelled(decision), "quiet", "link"))


def verdict_label(verdict: str) -> Label:
    """Return who it was."""
    return _VERDICT[Verdict(verdict)]


def signals_words(signals: Sequence[str]) -> str:
    """Return what told machines from people; what gave it away stands in quotes."""
    said: list[str] = []
    for signal in signals:
        if signal in _SIGNAL or not said:
            said.append(_SIGNAL.get(signal, f"“{signal}”"))
        else:
            said[-1] += f" “{signal}”"
    return ", ".join(said)


def suppressed_words(reason: str | None) -> str:
    """Return why nothing was sent to an address; nothing when something was."""
    return _SUPPRESSED.get(reason, _spelled(reason)) if reason else ""


def metric_words(metric: str) -> str:
    """Return what the people behind a figure did, or what was done to them."""
    return _PEOPLE.get(metric, _spelled(metric))


def refusal_words(reason: str) -> str:
    """Return what stands against an address."""
    return _REFUSAL.get(reason, _spelled(reason))


def source_words(source: str) -> str:
    """Return where something was said that stands against an address."""
    said, _, what = source.partition(":")
    return _SOURCE.get(source) or f"{_spelled(said)}: {what.replace('_', ' ')}".removesuffix(": ")


def lifting_words(reason: str) -> str:
    """Return what to know before something that stands against an address is lifted."""
    return _LIFTING[reason]


def untracked_words(reason: str | None) -> str:
    """Return why a message's links were left alone; nothing when they were not."""
    return _UNTRACKED.get(reason, _spelled(reason)) if reason else ""


def number_words(number: int) -> str:
    """Return a number, thousands set apart."""
    return f"{number:,}"


def count_words(count: int, one: str, many: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else many}"


def rate_words(rate: float | str | None) -> str:
    """Return a share of one as a percentage; a dash when there is nothing to compare with."""
    return "–" if rate is None else f"{float(rate) * 100:.1f}{NBSP}%"


def money_words(amount: str | Decimal, currency: str) -> str:
    """Return a sum of money with its currency, thousands set apart."""
    return f"{currency} {Decimal(amount):,}"
