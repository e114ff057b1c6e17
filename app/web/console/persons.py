"""What a person is called, whatever is known of them."""

from typing import Protocol


class Known(Protocol):
    """Whoever has names and addresses, each of which may be missing."""

    @property
    def first_name(self) -> str | None: ...  # noqa: D102 - the fields of a contact
    @property
    def last_name(self) -> str | None: ...  # noqa: D102
    @property
    def email(self) -> str | None: ...  # noqa: D102
    @property
    def phone(self) -> str | None: ...  # noqa: D102
    @property
    def external_id(self) -> str | None: ...  # noqa: D102


def person_words(one: Known) -> tuple[str, str]:
    """Return a person's name and address; without a name the address alone, without either nothing."""
    name = " ".join(filter(None, (one.first_name, one.last_name)))
    address = one.email or one.phone or one.external_id or ""
    return (name, address) if name else (address, "")
