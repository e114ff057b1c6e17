"""Addresses as strangers may see them: enough for their owner to know them again, too little for anybody else."""


def masked(address: str) -> str:
    """Return an email address or an E.164 number without what tells it from others: a…@example.com, +1…06."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}" if at else f"{address[:2]}…{address[-2:]}"
