"""Many emails of one template: what they have in common, and what is each reader's own."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.gapped_text import GappedText

MOST_AT_ONCE = 1_000
"""Messages that one job sends together."""


class Addressee(NamedTuple):
    """One reader of a mailing."""

    message_id: str
    address: str
    subject: str | None
    values: Sequence[str]
    """What fills the gaps."""
    unsubscribe_url: str | None


@dataclass(frozen=True, slots=True)
class Mailing:
    """One body with gaps, and everybody who gets it."""

    account_id: str
    sender: str | None
    html: GappedText | None
    text: GappedText | None
    link_host: str | None
    addressees: tuple[Addressee, ...]


def in_batches(messages: Iterable[tuple[str, Hashable | None]]) -> list[list[str]]:
    """Return the ids of messages in groups of one kind, at most ``MOST_AT_ONCE``; those of no kind one by one."""
    kinds: dict[Hashable, list[str]] = defaultdict(list)
    alone = []
    for message_id, kind in messages:
        if kind is None:
            alone.append([message_id])
        else:
            kinds[kind].append(message_id)
    together = [
        ids[first : first + MOST_AT_ONCE] for ids in kinds.values() for first in range(0, len(ids), MOST_AT_ONCE)
    ]
    return together + alone


def kind_of(account_id: str, channel: str, template: str | None) -> Hashable | None:
    """Return what messages that may go out together have in common; None for one that goes by itself."""
    return (account_id, template) if channel == "email" and template is not None else None
