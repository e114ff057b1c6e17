"""What can go wrong by the rules; worded for people in app/web/problems.py."""

from collections.abc import Mapping, Sequence


class ThroughlineError(Exception):
    """A rule says no."""


class InvalidInputError(ThroughlineError):
    """Something a sender gave cannot be used; ``errors`` names each field (dotted) with its reasons."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(reasons)}" for field, reasons in errors.items()))
        self.errors = {field: list(reasons) for field, reasons in errors.items()}

    def within(self, path: str) -> "InvalidInputError":
        """Return the same error with its fields named from further out; those that are already stay."""
        inside = {name if name.startswith(path) else f"{path}.{name}": why for name, why in self.errors.items()}
        return InvalidInputError(inside)


class UnknownError(ThroughlineError):
    """No such thing, or it belongs to another account; the two are never told apart."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is no {kind} {name!r} here.")
        self.kind = kind


class ConflictError(ThroughlineError):
    """The same key was used before for something else, or a name is taken."""


class UnauthenticatedError(ThroughlineError):
    """Who is calling could not be established."""


class UnavailableNowError(ThroughlineError):
    """Another system that is needed for the answer does not answer; later it may."""
