"""How an account shows that a host is its own: by a DNS record that nobody else could set."""

from typing import Final, NamedTuple

_LABEL: Final = "_throughline"
_WORD: Final = "throughline-verification="


class DnsRecord(NamedTuple):
    """A record to set, and what for."""

    type: str
    name: str
    value: str
    purpose: str


def proof(host: str, domain_id: str) -> DnsRecord:
    """Return the record that shows who owns ``host``; it names the claim, so each account has a record of its own."""
    return DnsRecord("TXT", f"{_LABEL}.{host}", _WORD + domain_id, "Shows that the domain is yours.")


def records(host: str, domain_id: str, hub_host: str) -> list[DnsRecord]:
    """Return all records to set: the proof, and the one that brings the readers of links to the hub."""
    return [
        proof(host, domain_id),
        DnsRecord("CNAME", host, hub_host, "Brings whoever follows one of your links here."),
    ]


def is_proved(host: str, domain_id: str, texts: list[str]) -> bool:
    """Tell whether ``texts``, the TXT records found at the proof's name, hold it; spaces around it do no harm."""
    return proof(host, domain_id).value in (text.strip() for text in texts)
