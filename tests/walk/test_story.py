"""The whole story from outside: real processes, real emails, every link followed."""

import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from tests.walk.hub import Caller, Hub, eventually

CASES = Path(__file__).parents[1] / "cases" / "html_emails"
EXPECTED = json.loads((CASES / "expected.json").read_text())
SENT = {"sent", "delivered"}
DOMAIN = "refer.shop.example"
PRINTABLE = "".join(map(chr, range(33, 127)))


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with Hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        yield hub


@pytest.fixture(scope="module")
def shop(hub):
    return hub.account("Shop", DOMAIN)


def sent_message(caller, message_id):
    def look():
        message = caller.api(f"messages/{message_id}")
        return message if message["status"] in SENT | {"failed", "unknown"} else None

    message = eventually(look)
    assert message["status"] in SENT, message
    return message


def test_the_demo_walks_the_whole_story_and_ends_in_the_report(hub):
    said = hub.run("demo")
    assert "https://wa.me/?text=" in said
    assert re.search(r"mbsy=johndoe  campaignid=spring  mbsy_source=[0-9a-f-]{36}", said)
    assert "status=attributed" in said
    assert re.search(r"template=invite-friends .*orders=1 .*'amount': '49\.90'", said)
    assert re.search(r"platform=whatsapp .*orders=1", said)


def test_the_first_start_sent_a_tracked_email_and_text_that_the_outbox_shows_behind_the_login(hub):
    page = requests.Session()
    answer = page.get(f"{hub.url}/console/outbox", timeout=20)
    assert "password" in answer.text
    assert "john@example.com" not in answer.text
    kept = json.loads((Path(hub.environment["DATA_DIR"]) / "demo.json").read_text())
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[1]
    form = {"csrf_token": token, "email": kept["login"], "password": kept["password"]}
    page.post(answer.url, data=form, timeout=20)
    outbox = page.get(f"{hub.url}/console/outbox", timeout=20).text
    assert "john@example.com" in outbox
    assert "+15005550006" in outbox


def test_a_friends_order_is_credited_to_the_message_and_channel_that_brought_it(shop):
    assert shop.put(
        "campaigns/spring",
        {"name": "Spring", "landing_url": "https://shop.example/spring?a=1#offer", "share_text": "Try this:"},
    ).ok
    assert shop.put(
        "templates/invite",
        {
            "channel": "email",
            "name": "Invite",
            "goal": "order",
            "subject": "Hi {{ contact.first_name }}",
            "html": "<p>{% sharing_widget whatsapp, facebook %}<a href='{{ share.x }}'>X</a></p>",
        },
    ).ok
    accepted = shop.hook(
        "triggers",
        {
            "id": "t-1",
            "channel": "email",
            "template": "invite",
            "campaign": "spring",
            "automation": "welcome",
            "contact": {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"},
        },
    )
    assert accepted.status_code == 202, accepted.text
    message = sent_message(shop, accepted.json()["message"]["id"])
    assert message["subject"] == "Hi Ada"
    press = re.search(r'href="([^"]+/-s\w+w)"', message["html"])[1]
    intent = shop.follow(press).headers["Location"]
    shared = parse_qs(urlsplit(intent).query)["text"][0].removeprefix("Try this: ")
    assert re.fullmatch(r"https://refer\.shop\.example/-i\w{12}/adalovelace", shared)
    landing = shop.follow(shared).headers["Location"]
    said = re.fullmatch(
        r"https://shop\.example/spring\?a=1&mbsy=adalovelace&campaignid=spring&mbsy_source=([0-9a-f-]{36})#offer",
        landing,
    )
    assert (
        shop.hook(
            "orders", {"order_id": "o-1", "status": "paid", "total": "20.00", "currency": "USD", "mbsy_source": said[1]}
        ).status_code
        == 202
    )

    def attributed():
        attribution = shop.api("orders/o-1")["attribution"]
        return attribution if attribution["status"] == "attributed" and attribution["share_id"] else None

    attribution = eventually(attributed)
    assert attribution["message_id"] == message["id"]
    assert (attribution["platform"], attribution["template"], attribution["automation"], attribution["advocate"]) == (
        "whatsapp",
        "invite",
        "welcome",
        "adalovelace",
    )
    [row] = [row for row in shop.api("reports/messages?channel=email")["data"] if row["template"] == "invite"]
    assert (row["sent"], row["shares"], row["orders"], row["conversions"]) == (1, 1, 1, 1)
    assert row["revenue"] == [{"currency": "USD", "amount": "20.00"}]
    [channel] = shop.api("reports/channels")["data"]
    assert (channel["platform"], channel["shares"], channel["clicks"], channel["orders"]) == ("whatsapp", 1, 1, 1)


def test_a_link_stands_on_its_own_accounts_host_alone(hub, shop):
    accepted = shop.hook(
        "triggers",
        {
            "channel": "sms",
            "contact": {"phone": "+15005550006"},
            "message": {"text": "See https://shop.example/sale"},
        },
    )
    message = sent_message(shop, accepted.json()["message"]["id"])
    link = message["text"].removeprefix("See ")
    assert shop.follow(link).headers["Location"].startswith("https://shop.example/sale?mbsy_source=")
    of_the_demo = f"localhost:{hub.port}"
    assert Caller(hub, "demo", "", "", of_the_demo).follow(link.replace(DOMAIN, of_the_demo)).status_code == 404


@pytest.fixture(scope="module")
def emails_as_sent(shop):
    """The real emails by file name: (document as given, message as sent)."""
    originals = {
        name: (CASES / name).read_bytes().decode(EXPECTED[name]["charset"], "replace").replace("\0", "")
        for name in EXPECTED
    }
    ids = {}
    for name, document in originals.items():
        answer = shop.hook(
            "triggers",
            {
                "id": name,
                "channel": "email",
                "contact": {"email": "ada@example.com"},
                "message": {"subject": "As it is", "html": document},
            },
        )
        assert answer.status_code == 202, answer.text
        ids[name] = answer.json()["message"]["id"]
    return {name: (originals[name], sent_message(shop, ids[name])) for name in ids}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_link_of_a_real_email_leads_where_it_did_and_no_other_byte_changed(name, shop, emails_as_sent):
    given, message = emails_as_sent[name]
    sent = message["html"]
    services = {link["original"] for link in message["links"] if link["reason"] in {"unsubscribe", "preferences"}}
    links = re.findall(rf"https://{re.escape(DOMAIN)}/-t\w+", sent)
    swapped = originals_between(given, re.split(rf"https://{re.escape(DOMAIN)}/-t\w+", sent))
    expected = [
        re.sub("[\t\r\n]", "", link["url"]).strip()
        for link in EXPECTED[name]["links"]
        if link["kind"] == "http"
        and link["context"] in {"body", "mso_comment"}
        and (link["tag"] in {"a", "area"} or link["tag"].startswith("v:"))
    ]
    expected = [url for url in expected if url not in services]
    assert [re.sub("[\t\r\n]", "", html.unescape(value)).strip() for value in swapped] == expected
    landings = {link: shop.follow(link).headers["Location"] for link in set(links)}
    assert [without_source(landings[link]) for link in links] == [as_header(url) for url in expected]


def originals_between(given, pieces):
    """Return what stood in ``given`` between ``pieces``; fails unless they follow each other in it exactly."""
    assert given.startswith(pieces[0])
    values, end = [], len(pieces[0])
    for number, piece in enumerate(pieces[1:], 2):
        start = given.find(piece, end) if number < len(pieces) else len(given) - len(piece)
        assert start >= end
        assert given[start : start + len(piece)] == piece
        values.append(given[end:start])
        end = start + len(piece)
    assert end == len(given)
    return values


def without_source(location):
    assert re.search(r"[?&]mbsy_source=[0-9a-f-]{36}", location)
    return re.sub(
        r"\?mbsy_source=[0-9a-f-]{36}(?=#|$)|(?<=\?)mbsy_source=[0-9a-f-]{36}&|&mbsy_source=[0-9a-f-]{36}", "", location
    )


def as_header(url):
    """Return a URL as a header can carry it: ASCII alone; an empty query goes with our parameter."""
    head, sharp, fragment = quote(url, safe=PRINTABLE).partition("#")
    return head.removesuffix("?").removesuffix("&") + sharp + fragment
