"""Settings: what the account chose, and what only its owners may change."""

import re

import pytest

from app.flow.redeliver_event import ping_webhook
from app.flow.register_webhook import register_webhook
from app.store.accounts import account_by_api_key, account_by_id, add_domain, add_user, domains, user_by_email
from app.store.api_keys import api_keys
from app.store.integrations import integrations
from app.store.retention import let_go_before
from app.store.suppressions import suppress
from app.store.team import team
from app.store.webhook_log import list_deliveries
from app.store.webhooks import list_webhooks, webhook_by_id
from app.web.console.routes import ROUTES, For
from tests.web.console.conftest import Visitor
from tests.web.console.small_hub import EMAIL, HOST, NOW, PASSWORD, _digest

GENERAL = {
    "name": "Demo Coffee",
    "time_zone": "UTC",
    "attribution_days": "30",
    "sms_per_second": "1",
    "unrewritten": "send",
    "smart_urls": "on",
}
WEBHOOK = {"url": "https://example.com/in", "events": ["message.sent"]}


def account(hub):
    with hub.transaction() as session:
        return account_by_id(session, hub.account.id)


def colleague(hub, role, email="eve@demo.example"):
    with hub.transaction() as session:
        add_user(session, hub.account.id, email=email, password_hash=_digest(), role=role, now=NOW)
        user = user_by_email(session, email)
    visitor = Visitor(hub.flask.test_client())
    visitor.sign_in(email, PASSWORD)
    return visitor, user


def test_what_is_chosen_is_kept_and_smart_urls_tell_since_when(hub, ada):
    page = "/console/settings"
    chosen = {**GENERAL, "name": "Café", "time_zone": "Europe/Berlin", "attribution_days": "7", "unrewritten": "hold"}
    chosen.pop("smart_urls")
    assert ada.post(page, page, **chosen, plain_sms="on").status_code == 303
    kept = account(hub)
    assert (kept.name, kept.time_zone, kept.attribution_days, kept.unrewritten) == ("Café", "Europe/Berlin", 7, "hold")
    assert (kept.smart_urls_since, kept.plain_sms, kept.schemeless_links) == (None, True, False)
    ada.post(page, page, **GENERAL, quiet_from="21:00", quiet_to="08:00", help_text="Call us.")
    kept = account(hub)
    assert (kept.smart_urls_since, kept.quiet_from, kept.quiet_to, kept.help_text) == (
        NOW,
        "21:00",
        "08:00",
        "Call us.",
    )
    assert "On since" in ada.get(page).text


def test_how_long_visits_are_kept_is_chosen_and_the_list_says_from_when_they_are(hub, ada):
    page = "/console/settings"
    assert ada.post(page, page, **GENERAL, retention_days="40").status_code == 303
    assert account(hub).retention_days == 40
    assert "were let go of" not in ada.get("/console/visitors").text
    with hub.transaction() as session:
        let_go_before(session, hub.account.id, NOW)
    assert "were let go of" in ada.get("/console/visitors").text
    assert "They do not come back" in ada.get(page).text
    ada.post(page, page, **GENERAL, retention_days=" ")
    assert account(hub).retention_days is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("time_zone", "../../etc/passwd"), ("attribution_days", "0"),
     ("attribution_days", "²"), ("attribution_days", ""), ("unrewritten", "x"), ("name", " "),
     ("retention_days", "36"), ("retention_days", "x"), ("quiet_from", "21:00"), ("quiet_to", "25:00"),
     ("sms_per_second", "0")],
)  # fmt: skip
def test_what_cannot_be_chosen_is_said_at_its_field(hub, ada, field, value):
    answer = ada.post("/console/settings", "/console/settings", **{**GENERAL, field: value})
    assert answer.status_code == 422
    assert re.search(f'id="{field.replace("_from", "_(from|to)")}-error"', answer.text)
    assert account(hub) == hub.account


def test_an_api_key_is_shown_once_opens_the_account_and_is_revoked(hub, ada):
    page = "/console/settings/keys"
    key = re.search(r"tl_[\w-]{43}", ada.post(page, page).text)[0]
    assert key not in ada.get(page).text
    assert key[:10] in ada.get(page).text
    with hub.transaction() as session:
        assert account_by_api_key(session, key).id == hub.account.id
        [kept] = api_keys(session, hub.account.id)
    assert ada.post(f"{page}/{kept.id}/revoke", page).status_code == 303
    assert ada.post(f"{page}/{kept.id}/revoke", page).status_code == 404
    with hub.transaction() as session:
        assert account_by_api_key(session, key) is None


def test_a_domain_is_added_with_the_records_to_set_and_given_up(hub, ada):
    page = "/console/settings/domains"
    assert ada.post(page, page, host=" Refer.Shop.example ").status_code == 303
    text = ada.get(page).text
    for words in ("refer.shop.example", "_throughline.refer.shop.example", "CNAME", "Waiting for its records"):
        assert words in text
    with hub.transaction() as session:
        [mine] = [one for one in domains(session, hub.account.id) if one.host != HOST]
    assert ada.post(f"{page}/{mine.id}/remove", page).status_code == 303
    assert "refer.shop.example" not in ada.get(page).text
    for host in ("no host", HOST):
        assert ada.post(page, page, host=host).status_code == 422
    assert ada.post(f"{page}/nothing/remove", page).status_code == 404


def test_credentials_go_in_never_come_out_and_are_kept_where_nothing_is_typed(hub, ada):
    page = "/console/settings/integrations"
    assert ada.post(f"{page}/twilio", page, account_sid="AC1").status_code == 422
    assert ada.post(f"{page}/twilio", page, account_sid="AC1", auth_token="hush hush").status_code == 303
    assert ada.post(f"{page}/twilio", page, account_sid="AC2").status_code == 303
    with hub.transaction() as session:
        kept = integrations(session, hub.account.id)
    assert kept["twilio"] == {"account_sid": "AC2", "auth_token": "hush hush"}
    text = ada.get(page).text
    assert "hush hush" not in text
    assert "Connected" in text
    assert "http://127.0.0.1:8000/hooks/demo/shopify" in text
    assert ada.post(f"{page}/twilio/check", page).status_code == 303
    assert "Twilio: " in ada.get(page).text
    assert ada.post(f"{page}/shopify/check", page).status_code == 404
    assert ada.post(f"{page}/pigeon", page, x="y").status_code == 404
    assert ada.post(f"{page}/twilio/remove", page).status_code == 303
    assert ada.post(f"{page}/twilio/remove", page).status_code == 404


def test_suppressed_addresses_stand_there_with_what_shows_it(hub, ada):
    message_id = hub.add_message()
    with hub.transaction() as session:
        suppress(session, hub.account.id, "email", "a@x.example", reason="unsubscribed", message_id=message_id, now=NOW)
        suppress(session, hub.account.id, "sms", "+15005550006", reason="stopped", message_id=None, now=NOW)
    text = ada.get("/console/settings/suppressions").text
    for words in ("a@x.example", "Unsubscribed", f"/console/messages/{message_id}", "Answered STOP"):
        assert words in text
    found = ada.get("/console/settings/suppressions?search=5550006&page=0").text
    assert "+15005550006" in found
    assert "a@x.example" not in found
    assert "Nobody of that address" in ada.get("/console/settings/suppressions?search=%25").text


def test_a_webhook_is_registered_tried_switched_and_deleted(hub, ada):
    page = "/console/settings/webhooks"
    assert ada.post(page, page, url="ftp://x", events="message.sent").status_code == 422
    assert 'id="events-error"' in ada.post(page, page, url=WEBHOOK["url"]).text
    secret = re.search(r"whsec_[\w+/=]+", ada.post(page, page, **WEBHOOK).text)[0]
    assert secret not in ada.get(page).text
    with hub.transaction() as session:
        [webhook] = list_webhooks(session, hub.account.id, after=None, limit=5)
    its = f"{page}/{webhook.id}"
    assert ada.post(f"{its}/ping", its).status_code == 303
    assert "ping" in ada.get(its).text
    with hub.transaction() as session:
        [told] = list_deliveries(session, hub.account.id, webhook.id, before=None, limit=5, status=None)
    assert ada.post(f"{its}/{told.id}/again", its).status_code == 303
    assert secret not in ada.post(f"{its}/secret", its).text
    ada.post(f"{its}/switch", its, enabled="off")
    assert "Switch it on" in ada.get(its).text
    assert "enable it first" in ada.client.get(ada.post(f"{its}/ping", its).location).text
    assert ada.post(f"{its}/remove", its).status_code == 303
    assert ada.get(its).status_code == 404


def test_somebody_is_asked_to_join_by_a_link_that_works_once(hub, ada, stranger):
    page = "/console/settings/team"
    answer = ada.post(page, page, email=" Bob@Demo.example ", role="member")
    link = re.search(r"/console/join/[\w-]{43}", answer.text)[0]
    assert link not in ada.get(page).text
    assert "bob@demo.example" in stranger.get(link).text
    assert stranger.post(link, link, password="short").status_code == 422
    assert stranger.post(link, link, password="a long enough one").status_code == 303
    assert stranger.get("/console/templates").status_code == 200
    assert stranger.get(link).status_code == 404
    again = Visitor(hub.flask.test_client())
    assert again.sign_in("bob@demo.example", "a long enough one").status_code == 303
    assert ada.post(page, page, email=EMAIL, role="member").status_code == 422
    assert ada.post(page, page, email="x@demo.example", role="king").status_code == 422


def test_an_account_is_never_left_without_an_owner_and_who_is_let_go_is_out_at_once(hub, ada):
    page = "/console/settings/team"
    eve, user = colleague(hub, "viewer")
    with hub.transaction() as session:
        me = next(one for one in team(session, hub.account.id) if one.email == EMAIL)
    for path, said in ((f"{me.id}/role", {"role": "viewer"}), (f"{me.id}/remove", {})):
        ada.post(f"{page}/{path}", page, **said)
        assert "needs an owner" in ada.get(page).text
    assert ada.post(f"{page}/{user.id}/role", page, role="member").status_code == 303
    assert "New email" in eve.get("/console/templates").text
    ada.post(f"{page}/{user.id}/remove", page)
    assert eve.get("/console/templates").status_code == 303
    assert ada.post(f"{page}/{user.id}/remove", page).status_code == 404


def test_every_form_is_refused_to_those_it_is_not_for(hub):
    """The table of routes says whom each is for; a form nobody thought of is for members."""
    viewer, _ = colleague(hub, "viewer")
    member, _ = colleague(hub, "member", "max@demo.example")
    for route in ROUTES:
        if route.method != "POST" or route.whom < For.MEMBERS:
            continue
        path = "/console" + re.sub(r"<(?:\w+:)?\w+>", "1", route.rule)
        assert viewer.post(path, "/console/outbox").status_code == 403, path
        if route.whom is For.OWNERS:
            assert member.post(path, "/console/outbox").status_code == 403, path


def test_another_accounts_settings_are_out_of_reach(hub, ada):
    other = hub.add_other_account()
    with hub.transaction() as session:
        add_user(session, other.id, email="them@other.example", password_hash="x", role="owner", now=NOW)
        them = user_by_email(session, "them@other.example")
        made = register_webhook(session, other.id, WEBHOOK, private_too=True, now=NOW).webhook
        ping = ping_webhook(session, other.id, made.id, now=NOW)
        suppress(session, other.id, "email", "their@x.example", reason="stopped", message_id=None, now=NOW)
        add_domain(session, other.id, "their.example", verified_at=None, now=NOW)
        theirs = next(one for one in domains(session, other.id) if one.host == "their.example")
    base = "/console/settings"
    for path in (
        f"webhooks/{made.id}/remove", f"webhooks/{made.id}/ping", f"webhooks/{made.id}/secret",
        f"webhooks/{made.id}/{ping.id}/again", f"team/{them.id}/remove", f"domains/{theirs.id}/remove",
        f"domains/{theirs.id}/check",
    ):  # fmt: skip
        assert ada.post(f"{base}/{path}", base).status_code == 404, path
    assert ada.post(f"{base}/team/{them.id}/role", base, role="viewer").status_code == 404
    for page in ("suppressions", "team", "domains", "webhooks"):
        text = ada.get(f"{base}/{page}").text
        assert not any(word in text for word in ("their@x.example", "them@other.example", "their.example", made.id))
    with hub.transaction() as session:
        assert webhook_by_id(session, other.id, made.id)
