"""A template as it was saved once, and its way back."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.store.templates import saved_template, template_version
from app.web.console.linked_text import linked_text
from app.web.console.message_body import body_answer
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.console.wording import goal_words
from app.web.parts import parts

_LARGEST = 2**31


def show(key: str, version: int) -> ResponseReturnValue:
    """Show one version."""
    account = signed_in().account
    with parts().reading() as session:
        saved = saved_template(session, account.id, key, version) if version < _LARGEST else None
        current = template_version(session, account.id, key)
    if saved is None:
        abort(404)
    template, at = saved
    return render_template(
        "console/template_version.html",
        key=key,
        version=version,
        is_current=version == current,
        is_deleted=current is None,
        name=template.name,
        at=moment(at, zone=account.time_zone, now=parts().clock()),
        facts=[
            ("Goal", goal_words(template.goal)),
            ("Subject", template.subject or ""),
            ("From", template.sender or ""),
            ("Automation", template.automation or ""),
        ],
        body_url=url_for("console.template_version_body", key=key, version=version) if template.html else "",
        html=template.html or "",
        text=linked_text(template.text or ""),
        values={
            "name": template.name,
            "goal": template.goal or "",
            "subject": template.subject or "",
            "html": template.html or "",
            "text": template.text or "",
            "from": template.sender or "",
            "automation": template.automation or "",
            "transactional": "on" if template.transactional else "",
            "version": str(current or 0),
        },
    )


def body(key: str, version: int) -> ResponseReturnValue:
    """Answer with the HTML of one version, its merge fields as they were written."""
    with parts().reading() as session:
        saved = saved_template(session, signed_in().account.id, key, version) if version < _LARGEST else None
    if saved is None or saved[0].html is None:
        abort(404)
    return body_answer(saved[0].html, with_images=True)
