"""One visit: who came, by which link, what told a person from a machine, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.ids import normal_uuid
from app.store.campaigns import Campaign, campaign_by_key
from app.store.contacts import Contact, contact_by_id
from app.store.visits import WholeVisit, whole_visit
from app.web.console.moments import moment
from app.web.console.persons import person_words
from app.web.console.platform_lines import platform_name
from app.web.console.signed_in import signed_in
from app.web.console.visitors import came_by
from app.web.console.wording import signals_words, verdict_label
from app.web.parts import parts


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known."""

    term: str
    words: str
    url: str = ""


def show(visit_id: str) -> ResponseReturnValue:
    """Show everything that is known of one visit."""
    account = signed_in().account
    known = normal_uuid(visit_id)
    with parts().reading() as session:
        found = whole_visit(session, account.id, known, country=parts().country) if known else None
        if found is None:
            abort(404)
        reader = contact_by_id(session, account.id, found.reader_id) if found.reader_id else None
        sharer = contact_by_id(session, account.id, found.sharer_id) if found.sharer_id else None
        key = found.facts["campaign"]
        campaign = campaign_by_key(session, account.id, key) if key else None
    at = moment(datetime.fromisoformat(found.facts["at"]), zone=account.time_zone, now=parts().clock())
    return render_template(
        "console/visit.html",
        at=at,
        landed_on=found.facts["link_url"],
        verdict=verdict_label(found.facts["verdict"]),
        signals=signals_words(found.facts["signals"]),
        people=_people(found, reader, sharer),
        ways=_ways(found, campaign),
        devices=_devices(found),
        orders=[Fact("Order", number, url_for("console.order", order_id=number)) for number in found.order_ids],
    )


def _people(found: WholeVisit, reader: Contact | None, sharer: Contact | None) -> list[Fact]:
    code = found.facts["advocate"] or ""
    facts = [
        Fact("Whose link it was", _name(reader)),
        Fact("Shared by", _name(sharer)),
        Fact("Share code", code, url_for("console.advocate", share_code=code) if code else ""),
    ]
    return [fact for fact in facts if fact.words]


def _name(contact: Contact | None) -> str:
    return " · ".join(filter(None, person_words(contact))) if contact else ""


def _ways(found: WholeVisit, campaign: Campaign | None) -> list[Fact]:
    message_id = found.facts["message_id"]
    told = platform_name(found.facts["referrer_platform"]) if found.facts["referrer_platform"] else ""
    note = "another platform than the link was made for" if found.facts["platform_disagrees"] else ""
    facts = [
        Fact("Link", came_by(found.facts)),
        Fact("Message", "Open the message", url_for("console.message", message_id=message_id)) if message_id else None,
        Fact("Campaign", campaign.name, url_for("console.campaign", key=campaign.key)) if campaign else None,
        Fact("Referrer", found.facts["referrer"] or ""),
        Fact("The referrer is of", ", ".join(filter(None, (told, note)))),
    ]
    return [fact for fact in facts if fact and fact.words]


def _devices(found: WholeVisit) -> list[Fact]:
    facts = [
        Fact("Device", (found.facts["device"] or "").capitalize()),
        Fact("Country", found.facts["country"] or ""),
        Fact("Network", found.network),
        Fact("Asked by", "" if found.method == "GET" else found.method),
        Fact("User agent", found.facts["user_agent"] or ""),
        Fact("Its id (mbsy_source)", str(found.facts["id"])),
    ]
    return [fact for fact in facts if fact.words]
