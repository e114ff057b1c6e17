"""Campaigns: where friends land, and what advocates say."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.store.campaigns import list_campaigns
from app.web.console.signed_in import signed_in
from app.web.parts import parts

_PAGE = 50


def show() -> ResponseReturnValue:
    """Show campaigns by key."""
    after = request.args.get("after", "")[:200]
    with parts().reading() as session:
        found = list_campaigns(session, signed_in().account.id, after=after or None, limit=_PAGE + 1)
    return render_template(
        "console/campaigns.html",
        campaigns=found[:_PAGE],
        first=url_for("console.campaigns") if after else None,
        further=url_for("console.campaigns", after=found[_PAGE - 1].key) if len(found) > _PAGE else None,
    )
