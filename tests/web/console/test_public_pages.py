"""The pages on a customer's own domain: the link to copy, and the link that leads nowhere."""

import pytest
from sqlalchemy import select

from app.store.accounts import add_domain
from app.store.messages import MessageRow
from tests.web.console.small_hub import HOST, NOW


def token_of(hub, message_id):
    with hub.transaction() as session:
        return session.execute(select(MessageRow.share_token).where(MessageRow.id == message_id)).scalar_one()


@pytest.fixture
def shared(hub):
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    return token_of(hub, hub.add_message(html="x", campaign_id=campaign_id, advocate_id=advocate_id))


def test_the_advocates_link_is_there_to_be_copied(stranger, shared):
    answer = stranger.get(f"/copy/{shared}", base_url=f"http://{HOST}:8000")
    assert answer.status_code == 200
    assert f'value="http://{HOST}:8000/-i{shared}c/johndoe"' in answer.text
    assert "readonly" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_a_reader_who_is_no_advocate_shares_a_link_without_a_name(hub, stranger):
    token = token_of(hub, hub.add_message(html="x"))
    assert f'value="http://{HOST}:8000/-i{token}c"' in stranger.get(f"/copy/{token}", base_url=f"http://{HOST}").text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "unverified.localhost", "other.localhost", "nobody.example"])
def test_only_a_verified_domain_of_its_own_account_shows_it(hub, stranger, shared, host):
    hub.add_other_account()
    with hub.transaction() as session:
        add_domain(session, hub.account.id, "unverified.localhost", verified_at=None, now=NOW)
    answer = stranger.get(f"/copy/{shared}", base_url=f"http://{host}")
    assert answer.status_code == 404
    assert "johndoe" not in answer.text


@pytest.mark.parametrize("path", ["/copy/x", "/copy/Ab3dE9fGh1J", "/nothing", "/gala/nothing", "/favicon.ico", "/"])
def test_a_link_that_leads_nowhere_says_so_to_people(stranger, path):
    answer = stranger.get(path, base_url=f"http://{HOST}:8000")
    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.text
    assert "<style" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/hooks/demo/nothing", "/api", "/hooks"])
def test_programs_get_no_page(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 404
    assert "This link leads nowhere" not in answer.text


def test_the_hubs_own_address_leads_to_the_console(stranger):
    assert stranger.get("/", base_url="http://127.0.0.1:8000").location == "/console/"
