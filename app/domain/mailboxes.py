"""Mailboxes: to whom an address belongs. Apart from ``addresses``, whose libraries most processes can do without."""


def mailbox(address: str) -> str:
    """Return an address without what follows a plus: ``ada+shop@example.com`` is Ada's mailbox as well."""
    name, at, host = address.lower().rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{host}"
