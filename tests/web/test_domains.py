"""An account claims a domain, shows that it is its own, and gives it up."""

import pytest
from sqlalchemy import update

from app.store.accounts import DomainRow
from app.store.messages import MessageRow

HOST = "refer.shop.example"


@pytest.fixture
def claim(hub):
    return hub.post("/api/v1/domains", {"host": HOST}).json


def other(hub, method, path, body=None):
    headers = {"Authorization": f"Bearer {hub.other.api_key}"}
    return hub.client.open(f"/api/v1/domains{path}", method=method, json=body, headers=headers)


def verify(hub, claim):
    return hub.post(f"/api/v1/domains/{claim['id']}/verify")


def set_records(hub, claim):
    for record in claim["records"]:
        if record["type"] == "TXT":
            hub.names.known.setdefault(record["name"], []).append(f"{record['value']} ")


def test_a_claim_says_which_records_to_set(claim):
    assert claim["status"] == "pending"
    assert [(record["type"], record["name"], record["value"]) for record in claim["records"]] == [
        ("TXT", f"_throughline.{HOST}", f"throughline-verification={claim['id']}"),
        ("CNAME", HOST, "localhost"),
    ]


def test_once_the_record_is_there_the_domain_is_verified_and_stays_so(hub, claim):
    hub.names.known[f"_throughline.{HOST}"] = ["somebody else's"]
    set_records(hub, claim)
    verified = verify(hub, claim)
    assert (verified.status_code, verified.json["status"]) == (200, "verified")
    hub.names.answers = False
    assert verify(hub, claim).json == verified.json


@pytest.mark.parametrize(("found", "said"), [([], "no TXT record"), (["a", "b"], "2 other record(s)")])
def test_without_the_record_it_stays_pending_and_the_answer_says_what_is_missing(hub, claim, found, said):
    hub.names.known[f"_throughline.{HOST}"] = found
    answer = verify(hub, claim)
    assert answer.status_code == 409
    assert said in answer.json["detail"]
    assert f"throughline-verification={claim['id']}" in answer.json["detail"]
    assert hub.get("/api/v1/domains").json["data"][-1]["status"] == "pending"


def test_silent_name_servers_are_no_refusal(hub, claim):
    hub.names.answers = False
    assert verify(hub, claim).status_code == 503


def test_a_claim_keeps_nobody_from_showing_that_a_domain_is_theirs(hub, claim):
    theirs = other(hub, "POST", "", {"host": HOST})
    assert theirs.status_code == 201
    set_records(hub, theirs.json)
    assert verify(hub, claim).status_code == 409
    assert other(hub, "POST", f"/{theirs.json['id']}/verify").status_code == 200
    set_records(hub, claim)
    assert "another account" in verify(hub, claim).json["detail"]
    assert hub.post("/api/v1/domains", {"host": HOST}).status_code == 409


def test_another_accounts_domain_is_unknown(hub, claim):
    assert other(hub, "POST", f"/{claim['id']}/verify").status_code == 404
    assert other(hub, "DELETE", f"/{claim['id']}").status_code == 404


def test_a_domain_is_given_up_unless_links_stand_on_it(hub, sms):
    [first] = hub.get("/api/v1/domains").json["data"]
    hub.trigger(sms())
    with hub.transaction() as session:
        session.execute(update(MessageRow).values(link_host=first["host"]))
    kept = hub.call("DELETE", f"/api/v1/domains/{first['id']}")
    assert (kept.status_code, "would break" in kept.json["detail"]) == (409, True)
    with hub.transaction() as session:
        session.execute(update(MessageRow).values(link_host=None))
    assert hub.call("DELETE", f"/api/v1/domains/{first['id']}").status_code == 204
    assert hub.get("/api/v1/domains").json["data"] == []


def test_a_proxy_gets_certificates_for_verified_domains_alone(hub, claim):
    asked = [hub.client.get(f"/tls?domain={host}").status_code for host in ("DEMO.localhost.", HOST, "", "x" * 9999)]
    assert asked == [200, 404, 404, 404]
    with hub.transaction() as session:
        session.execute(update(DomainRow).where(DomainRow.host == HOST).values(verified_at=DomainRow.created_at))
    assert hub.client.get(f"/tls?domain={HOST}").status_code == 200
