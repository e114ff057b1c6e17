"""One campaign: where friends land, what advocates say, the page on which they enrol, and what each one brought."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from app.domain.destination import advocate_path, link_base
from app.domain.enrolment import Collect, enrolment_page
from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.domain.ids import normal_uuid
from app.domain.sharing import PLATFORMS, takes_words
from app.flow.delete_campaign import delete_campaign
from app.flow.put_campaign import put_campaign
from app.store.accounts import domains
from app.store.advocate_results import AdvocateResult, advocate_results
from app.store.campaigns import Campaign, campaign_by_key
from app.web.console.advocate import Figure, advocate_figures
from app.web.console.forms import Form, refused, typed
from app.web.console.persons import person_words
from app.web.console.signed_in import signed_in
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import CampaignChangeSchema

_WORDS = ("title", "text", "button", "consent", "thanks")
_WORDED = {name: platform.label for name, platform in PLATFORMS.items() if takes_words(platform)}
"""The platforms that fill in what an advocate says."""
_TEXTS = tuple(f"text_{name}" for name in _WORDED)
_FIELDS = ("key", "name", "landing_url", "share_text", *_TEXTS, *_WORDS, "collect", "choose_code", "open")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OF_PLATFORM = re.compile(r"^share_texts\.(\w+)\.value$")
_PAGE = 25
_COLLECT = (
    (Collect.EMAIL.value, "Their email address", ""),
    (Collect.PHONE.value, "Their phone number", ""),
    (Collect.EITHER.value, "Whichever they like", ""),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One advocate."""

    name: str
    address: str
    link: str
    url: str
    figures: list[Figure]


def new() -> ResponseReturnValue:
    """Show the form for a new campaign."""
    return _page(None, Form({"collect": Collect.EMAIL.value, "open": "on"}))


def show(key: str) -> ResponseReturnValue:
    """Show a campaign."""
    campaign = _find(key)
    return _page(campaign, Form(_values(campaign)))


def submit(key: str = "") -> ResponseReturnValue:
    """Store what was written."""
    account = signed_in().account
    known = _find(key) if key else None
    values = typed(_FIELDS)
    wanted = key or values["key"].strip()
    try:
        body = _read(wanted, values, known)
        with parts().transaction() as session:
            _check_is_free(known, campaign_by_key(session, account.id, wanted))
            put_campaign(
                session,
                account,
                key=wanted,
                name=body.get("name") or wanted,
                landing_url=body["landing_url"],
                share_text=body.get("share_text") or "",
                share_texts=body["share_texts"],
                enrolment=body["enrolment"],
                now=parts().clock(),
            )
    except InvalidInputError as error:
        return _page(known, refused(values, _at_fields(error))), 422
    flash("Saved.", "success")
    return redirect(url_for("console.campaign", key=wanted), 303)


def remove(key: str) -> ResponseReturnValue:
    """Delete a campaign that came to nothing."""
    try:
        with parts().transaction() as session:
            delete_campaign(session, signed_in().account.id, key)
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
        return redirect(url_for("console.campaign", key=key), 303)
    flash("The campaign is deleted.", "success")
    return redirect(url_for("console.campaigns"), 303)


def _check_is_free(known: Campaign | None, stored: Campaign | None) -> None:
    if known is None and stored is not None:
        raise InvalidInputError({"key": ["There is a campaign of this key already."]})


def _read(key: str, values: Mapping[str, str], known: Campaign | None) -> dict[str, Any]:
    if known is None and not _KEY.fullmatch(key):
        raise InvalidInputError({"key": ["Give up to 100 letters, digits, dots, dashes or underscores."]})
    enrolment: dict[str, Any] = {
        # What was set by other hands, and has no field here, stays.
        **{name: value for name, value in (known.enrolment if known else {}).items() if name not in _FIELDS},
        **{name: values[name].strip() for name in _WORDS if values[name].strip()},
        "collect": values["collect"] if values["collect"] in set(Collect) else Collect.EMAIL.value,
        "choose_code": bool(values["choose_code"]),
        "open": bool(values["open"]),
    }
    body = {
        "name": values["name"].strip() or None,
        "landing_url": values["landing_url"].strip() or None,
        "share_text": values["share_text"] or None,
        "share_texts": {
            # What was set by other hands, and has no field here, stays.
            **{name: text for name, text in (known.share_texts if known else {}).items() if name not in _WORDED},
            **{name: values[f"text_{name}"] for name in _WORDED if values[f"text_{name}"].strip()},
        },
        "enrolment": enrolment,
    }
    read: dict[str, Any] = load(CampaignChangeSchema(), body)
    return read


def _at_fields(error: InvalidInputError) -> InvalidInputError:
    """Return the errors by the form's fields: the words of each platform have one."""
    return InvalidInputError({_OF_PLATFORM.sub(r"text_\1", name): said for name, said in error.errors.items()})


def _find(key: str) -> Campaign:
    with parts().reading() as session:
        campaign = campaign_by_key(session, signed_in().account.id, key)
    if campaign is None:
        abort(404)
    return campaign


def _values(campaign: Campaign) -> dict[str, str]:
    page = enrolment_page(campaign.enrolment, campaign=campaign.name, sender=signed_in().account.name)
    said = {name: str(campaign.enrolment.get(name) or "") for name in _WORDS}
    return {
        "name": campaign.name,
        "landing_url": campaign.landing_url,
        "share_text": campaign.share_text,
        **{f"text_{name}": campaign.share_texts.get(name, "") for name in _WORDED},
        **said,
        "collect": page.collect.value,
        "choose_code": "on" if page.chooses_code else "",
        "open": "on" if page.is_open else "",
    }


def _page(campaign: Campaign | None, form: Form) -> str:
    account = signed_in().account
    before = normal_uuid(request.args.get("before"))
    with parts().reading() as session:
        host = next((one.host for one in domains(session, account.id) if one.verified_at), None)
        found = advocate_results(session, account.id, campaign.id, before=before, limit=_PAGE + 1) if campaign else []
    base = link_base(host, parts().link_port) if host else parts().public_url
    key = campaign.key if campaign else ""
    return render_template(
        "console/campaign.html",
        title=campaign.name if campaign else "New campaign",
        key=key,
        form=form,
        collect=_COLLECT,
        usual=enrolment_page({}, campaign=campaign.name if campaign else "The campaign's name", sender=account.name),
        worded=[(f"text_{name}", label) for name, label in _WORDED.items()],
        own_words=sum(1 for name in _TEXTS if form.value(name)),
        is_reachable=host is not None,
        enrolment_url=f"{base}/e/{quote(key, safe='')}",
        widget=_script(base, "widget.js", f' data-campaign="{escape(key)}" data-advocate="SHARE_CODE"'),
        landing=_script(base, "mbsy.js"),
        lines=[_line(one, base) for one in found[:_PAGE]],
        newest=url_for("console.campaign", key=key) if before else None,
        older=url_for("console.campaign", key=key, before=found[_PAGE - 1].id) if len(found) > _PAGE else None,
    )


def _script(base: str, name: str, attributes: str = "") -> str:
    return f'<script src="{base}/{name}"{attributes} async></script>'


def _line(one: AdvocateResult, base: str) -> Line:
    name, address = person_words(one)
    return Line(
        name=name or one.share_code,
        address=address,
        link=base + advocate_path(one.share_code),
        url=url_for("console.advocate", share_code=one.share_code),
        figures=advocate_figures(one),
    )
