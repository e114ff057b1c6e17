"""A template is written, or written anew; what cannot be read is refused before it can be sent."""

from datetime import datetime

from app.domain.errors import InvalidInputError
from app.domain.message import Channel
from app.domain.template import TemplateError, usage
from app.store.accounts import Account
from app.store.base import Session
from app.store.templates import Template
from app.store.templates import put_template as store_template


def put_template(session: Session, account: Account, template: Template, *, now: datetime) -> Template:
    """Store a template and return it.

    Raises:
        InvalidInputError: a part is missing, or is no Liquid; each error names the part and the line.
    """
    errors = _missing(template)
    for name in ("subject", "html", "text"):
        words = getattr(template, name)
        if words is None:
            continue
        try:
            used = usage(words, is_html=name == "html")
        except TemplateError as error:
            errors[name] = [str(error)]
        else:
            if used.unknown_platforms:
                errors[name] = [f"There is no share platform {word!r}." for word in used.unknown_platforms]
    if errors:
        raise InvalidInputError(errors)
    store_template(session, account.id, template, now)
    return template


def _missing(template: Template) -> dict[str, list[str]]:
    if template.channel == Channel.SMS:
        return {} if template.text else {"text": ["An SMS template needs a text."]}
    errors = {}
    if not template.subject:
        errors["subject"] = ["An email template needs a subject."]
    if not template.html and not template.text:
        errors["html"] = ["An email template needs html, or text, or both."]
    return errors
