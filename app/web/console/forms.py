"""A form: what somebody typed, and what is wrong with it, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import flash, request

from app.domain.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Form:
    """The values of a form's fields as texts, and the errors by field."""

    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """Return what is wrong with a field; nothing when it is fine."""
        return self.errors.get(name, "")

    def is_on(self, name: str) -> bool:
        """Tell whether a box is ticked."""
        return self.values.get(name) == "on"


def typed(names: Iterable[str]) -> dict[str, str]:
    """Return what was typed into fields; browsers end lines in two characters, we in one."""
    return {name: request.form.get(name, "").replace("\r\n", "\n") for name in names}


def said(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the fields in which anything stands: an empty one says nothing."""
    return {name: values[name] for name in names if values.get(name, "").strip()}


def refused(values: Mapping[str, str], error: InvalidInputError) -> Form:
    """Return the form with what was typed and what is wrong with it; what belongs to no field is said above it."""
    errors = {name: " ".join(reasons) for name, reasons in error.errors.items()}
    for name in errors.keys() - values.keys():
        flash(errors.pop(name), "danger")
    return Form(values, errors)
