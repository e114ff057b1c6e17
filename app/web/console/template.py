"""One template: written, looked at, and kept; every version of it can be seen again."""

import re
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInputError
from app.domain.message import Channel
from app.flow.put_template import put_template
from app.store.campaigns import list_campaigns
from app.store.templates import Template, delete_template, template_by_key, template_version, versions_of
from app.web.console.forms import Form, refused, said, typed
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.console.template_preview import shown_preview
from app.web.console.wording import GOAL_CHOICES
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import TemplateChangeSchema

FIELDS = ("key", "name", "goal", "subject", "html", "text", "from", "automation", "transactional", "campaign", "to")
_WORDS = ("name", "goal", "subject", "html", "text", "from", "automation")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Of templates that are made here: it stands in addresses."""
_MOST_VERSIONS = 30
_MOST_CAMPAIGNS = 200
_CHANGED = (
    "Somebody else saved this template meanwhile. Yours stands below; save it again to put it in place of theirs."
)
_STARTS = {
    Channel.EMAIL: {
        "html": (
            '<p>Hello {{ contact.first_name | default: "there" }},</p>\n'
            '<p><a href="https://example.com/">Have a look</a>, and pass it on:</p>\n'
            "{% sharing_widget whatsapp, facebook, email, copy %}\n"
        ),
        "text": "Hello {{ contact.first_name }}, have a look: https://example.com/\n",
    },
    Channel.SMS: {"text": "Hi {{ contact.first_name }}, share this with a friend: {{ share.whatsapp }}"},
}


def new(channel: str) -> ResponseReturnValue:
    """Show the form for a new template, something to begin with in it."""
    if channel not in set(Channel):
        abort(404)
    return _page(Channel(channel), Form(_STARTS[Channel(channel)]))


def show(key: str) -> ResponseReturnValue:
    """Show a template."""
    template, version = _find(key)
    return _page(Channel(template.channel), Form(_values(template)), key=key, version=version)


def submit(key: str = "", channel: str = "") -> ResponseReturnValue:
    """Store what was written, or look at it, whichever button was pressed."""
    known = _find(key)[0] if key else None
    kind = Channel(known.channel) if known else _channel(channel)
    values = typed(FIELDS)
    if request.form.get("do") == "preview":
        return _page(kind, Form(values), key=key, version=_version_seen())
    return _save(kind, key, values)


def remove(key: str) -> ResponseReturnValue:
    """Delete a template; what was sent with it, and its versions, stay."""
    with parts().transaction() as session:
        if not delete_template(session, signed_in().account.id, key):
            abort(404)
    flash("The template is deleted. What was sent with it stays.", "success")
    return redirect(url_for("console.templates"), 303)


def _save(channel: Channel, key: str, values: dict[str, str]) -> ResponseReturnValue:
    account = signed_in().account
    wanted = key or values["key"].strip()
    try:
        template = _read(channel, wanted, values, is_new=not key)
        with parts().transaction() as session:
            stored = template_version(session, account.id, wanted)
            if key and stored != _version_seen():
                flash(_CHANGED, "danger")
                return _page(channel, Form(values), key=key, version=stored or 0), 409
            _check_is_free(key, stored)
            put_template(session, account, template, now=parts().clock())
    except InvalidInputError as error:
        return _page(channel, refused(values, error), key=key, version=_version_seen()), 422
    flash("Saved. Messages from now on are made of this version.", "success")
    return redirect(url_for("console.template", key=wanted), 303)


def _check_is_free(key: str, stored: int | None) -> None:
    if not key and stored is not None:
        raise InvalidInputError({"key": ["There is a template of this key already."]})


def _read(channel: Channel, key: str, values: Mapping[str, str], *, is_new: bool) -> Template:
    if is_new and not _KEY.fullmatch(key):
        raise InvalidInputError({"key": ["Give up to 100 letters, digits, dots, dashes or underscores."]})
    body: dict[str, Any] = {**said(values, _WORDS), "channel": channel, "transactional": bool(values["transactional"])}
    read = load(TemplateChangeSchema(), body)
    return Template(key=key, **{**read, "name": read.get("name") or key})


def _channel(channel: str) -> Channel:
    if channel not in set(Channel):
        abort(404)
    return Channel(channel)


def _find(key: str) -> tuple[Template, int]:
    account_id = signed_in().account.id
    with parts().reading() as session:
        template = template_by_key(session, account_id, key)
        version = template_version(session, account_id, key)
    if template is None or version is None:
        abort(404)
    return template, version


def _version_seen() -> int:
    seen = request.form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0


def _values(template: Template) -> dict[str, str]:
    return {
        "name": template.name,
        "goal": template.goal or "",
        "subject": template.subject or "",
        "html": template.html or "",
        "text": template.text or "",
        "from": template.sender or "",
        "automation": template.automation or "",
        "transactional": "on" if template.transactional else "",
    }


def form_again(channel: Channel, form: Form, *, key: str) -> str:
    """Return the page with what was typed and what is wrong with it."""
    return _page(channel, form, key=key, version=_version_seen())


def _page(channel: Channel, form: Form, *, key: str = "", version: int = 0) -> str:
    account = signed_in().account
    with parts().reading() as session:
        versions = versions_of(session, account.id, key, limit=_MOST_VERSIONS) if key else []
        campaigns = list_campaigns(session, account.id, after=None, limit=_MOST_CAMPAIGNS)
        shown = shown_preview(session, channel, form.values)
    return render_template(
        "console/template.html",
        title=form.value("name") or key or ("New email" if channel is Channel.EMAIL else "New SMS"),
        key=key,
        is_sms=channel is Channel.SMS,
        form=form,
        version=version,
        action=url_for("console.template_submit", key=key) if key else url_for("console.template_add", channel=channel),
        goals=GOAL_CHOICES,
        campaigns=[("", "The only one, if there is one"), *((one.key, one.name) for one in campaigns)],
        versions=[(number, moment(at, zone=account.time_zone, now=parts().clock())) for number, at in versions],
        shown=shown,
        channel=channel,
    )
