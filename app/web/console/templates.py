"""Templates: what is sent, and what for."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.store.templates import Template, list_templates
from app.web.console.signed_in import signed_in
from app.web.console.wording import Label, channel_label, short_goal
from app.web.parts import parts

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One template of the list."""

    key: str
    name: str
    url: str
    channel: Label
    goal: str
    automation: str
    subject: str


def show() -> ResponseReturnValue:
    """Show templates by key."""
    after = request.args.get("after", "")[:200]
    with parts().reading() as session:
        found = list_templates(session, signed_in().account.id, after=after or None, limit=_PAGE + 1)
    return render_template(
        "console/templates.html",
        lines=[_line(template) for template in found[:_PAGE]],
        first=url_for("console.templates") if after else None,
        further=url_for("console.templates", after=found[_PAGE - 1].key) if len(found) > _PAGE else None,
    )


def _line(template: Template) -> Line:
    return Line(
        key=template.key,
        name=template.name,
        url=url_for("console.template", key=template.key),
        channel=channel_label(template.channel),
        goal=short_goal(template.goal) or "None",
        automation=template.automation or "",
        subject=template.subject or (template.text or "")[:90],
    )
