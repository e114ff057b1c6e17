"""The page on which somebody becomes an advocate of a campaign; it works without a script.

A stranger may type anybody's address: the answer is the same for the new and for the known, a share link and nothing
else of the person.
"""

from dataclasses import dataclass, field

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import ValidationError, validate_csrf  # type: ignore[import-untyped]

from app.domain.destination import advocate_path, link_base, press_path
from app.domain.enrolment import EnrolmentPage, enrolment_page
from app.domain.errors import ConflictError, InvalidInputError
from app.domain.sharing import PLATFORMS
from app.flow.enrol_visitor import enrol_visitor
from app.store.accounts import Account
from app.store.base import Session
from app.store.campaigns import Advocate, Campaign, campaign_by_key
from app.store.share_pages import account_of_host
from app.web.limits import limiter
from app.web.parts import parts
from app.web.public.not_found import not_found
from app.web.public.visited_host import visited_host
from app.web.schemas.enrolment import Visitor, read_form

_TYPED = ("name", "email", "phone", "share_code", "consent")
_BROUGHT_BY = ("mbsy", "mbsy_source")
_TRAP = "website"
"""A field that people do not see; programs fill it in."""
_BUTTONS = ("whatsapp", "facebook", "x", "telegram", "email", "sms")
_LONGEST = 320
_TOO_OLD = "This page was open for too long, or your browser keeps no cookies. Nothing was sent; try once more."
_TOO_MANY = "That was tried too often. Wait a few minutes, then try again."


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose page it is."""

    account: Account
    campaign: Campaign
    page: EnrolmentPage
    host: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why nobody was enrolled."""

    status: int
    errors: dict[str, list[str]] = field(default_factory=dict)
    sentence: str = ""


def show(campaign: str) -> ResponseReturnValue:
    """Show the empty form."""
    place = _place(campaign)
    return _form(place) if place else not_found()


def submit(campaign: str) -> ResponseReturnValue:
    """Enrol whoever filled it in, and show them their link."""
    place = _place(campaign)
    if place is None:
        return not_found()
    try:
        with limiter.limit("10 per minute; 100 per hour", scope="enrolment"):
            validate_csrf(request.form.get("csrf_token"))
    except RateLimitExceeded:
        return _form(place, _Refusal(429, sentence=_TOO_MANY))
    except ValidationError:
        return _form(place, _Refusal(400, sentence=_TOO_OLD))
    if request.form.get(_TRAP):
        return _page("public/enrolled.html", place, link=place.campaign.landing_url, buttons=())
    try:
        visitor = read_form(_said(), collect=place.page.collect, chooses_code=place.page.chooses_code)
        advocate = _enrolled(place, visitor)
    except InvalidInputError as error:
        return _form(place, _Refusal(422, error.errors))
    except ConflictError:
        taken = {"share_code": ["Somebody else has this one. Choose another."]}
        return _form(place, _Refusal(422, taken))
    return _thanks(place, advocate)


def _place(key: str) -> _Place | None:
    host = visited_host()
    if host is None:
        return None
    with parts().reading() as session:
        account = account_of_host(session, host)
        campaign = campaign_by_key(session, account.id, key) if account else None
    if account is None or campaign is None:
        return None
    page = enrolment_page(campaign.enrolment, campaign=campaign.name, sender=account.name)
    return _Place(account, campaign, page, host) if page.is_open else None


def _said() -> dict[str, str]:
    """Return what was typed, and who brought the visitor: by the form, which had it from the address, or a cookie."""
    return {name: request.form[name] for name in _TYPED if name in request.form} | _brought_by()


def _brought_by() -> dict[str, str]:
    """Return the last touch, whole: a source never stands beside the share code of somebody else."""
    for known in (request.form, request.args, request.cookies):
        found = {name: known[name][:_LONGEST] for name in _BROUGHT_BY if known.get(name)}
        if found:
            return found
    return {}


def _enrolled(place: _Place, visitor: Visitor) -> Advocate:
    def work(session: Session) -> tuple[Advocate, str | None]:
        done = enrol_visitor(
            session,
            place.account,
            place.campaign,
            visitor.details,
            consent=place.page.consent,
            mbsy=visitor.mbsy,
            mbsy_source=visitor.mbsy_source,
            share_code=visitor.share_code,
            now=parts().clock(),
        )
        return done.advocate, done.signup_id

    with parts().transaction() as session:
        advocate, signup_id = work(session)
    if signup_id:
        parts().queue.attribute("signup", [signup_id])
    return advocate


def _form(place: _Place, refusal: _Refusal | None = None) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "")[:_LONGEST] for name in _TYPED}
    refused = refusal or _Refusal(200)
    return _page(
        "public/enrol.html",
        place,
        refused.status,
        typed=typed,
        errors={name: reasons[0] for name, reasons in refused.errors.items()},
        sentence=refused.sentence,
        brought_by=_brought_by(),
        trap=_TRAP,
    )


def _thanks(place: _Place, advocate: Advocate) -> ResponseReturnValue:
    base = link_base(place.host, parts().link_port)
    buttons = [(PLATFORMS[name], press_path(advocate.share_token, PLATFORMS[name].letter)) for name in _BUTTONS]
    return _page("public/enrolled.html", place, link=base + advocate_path(advocate.share_code), buttons=buttons)


def _page(template: str, place: _Place, status: int = 200, **shown: object) -> ResponseReturnValue:
    response = make_response(
        render_template(template, page=place.page, campaign=place.campaign.key, sender=place.account.name, **shown),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
