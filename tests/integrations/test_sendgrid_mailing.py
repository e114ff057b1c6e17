"""SendGrid's call for many, as its published description has it, and within its limits.

Checked by hand against https://github.com/twilio/sendgrid-oai/blob/main/spec/json/tsg_mail_v3.json.
"""

import json
import re
from dataclasses import replace

import pytest

from app.domain.gapped_text import GappedText
from app.domain.mailing import Addressee, Mailing
from integrations import sendgrid_mailing
from integrations.sendgrid_mailing import bulk_body, split

ADA = Addressee("m-1", "ada@example.com", "Hi Ada\n!", ("c0de", "", "st0p", "Ada & Co"), "https://a.example/u/st0p")
HTML = GappedText(('<a href="https://a.example/-t', '0">', "</a>"), (0, 3))
MAILING = Mailing("a-1", "Shop <shop@example.com>", HTML, GappedText(("Hi ", ""), (3,)), "a.example", (ADA,))


def people(count):
    return tuple(ADA._replace(message_id=f"m-{number}", address=f"p{number}@example.com") for number in range(count))


def test_one_body_for_all_and_what_is_each_ones_own_as_substitutions():
    body = json.loads(re.sub(rb"-[0-9a-f]{8}\.", b"-tag.", bulk_body(MAILING, "Shop", "shop@example.com")))
    assert body == {
        "from": {"email": "shop@example.com", "name": "Shop"},
        "content": [
            {"type": "text/plain", "value": "Hi -tag.3-"},
            {"type": "text/html", "value": '<a href="https://a.example/-t-tag.0-0">-tag.3-</a>'},
        ],
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False}},
        "personalizations": [
            {
                "to": [{"email": "ada@example.com"}],
                "subject": "Hi Ada !",
                "substitutions": {"-tag.0-": "c0de", "-tag.3-": "Ada & Co"},
                "custom_args": {"message_id": "m-1", "account_id": "a-1"},
                "headers": {
                    "List-Unsubscribe": "<https://a.example/u/st0p>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            }
        ],
    }


def test_a_call_has_at_most_a_thousand_people():
    calls, alone = split(replace(MAILING, addressees=people(2_001)))
    assert ([len(call.addressees) for call in calls], alone) == ([1_000, 1_000, 1], [])


def test_a_call_has_at_most_30_megabytes(monkeypatch):
    monkeypatch.setattr(sendgrid_mailing, "_CALL", 20_000)
    calls, alone = split(replace(MAILING, addressees=people(40)))
    assert alone == []
    assert len(calls) > 1
    assert all(len(bulk_body(call, "Shop", "shop@example.com")) <= 20_000 for call in calls)


@pytest.mark.parametrize(
    "odd",
    [
        ADA._replace(address="two@example.com, three@example.com"),
        ADA._replace(values=("c0de", "", "st0p", "x" * 10_000)),
        ADA._replace(values=("c0de", "", "st0p", "\ud800")),
        ADA._replace(subject="\udc00"),
        ADA._replace(subject=" \n"),
        ADA._replace(subject=None),
    ],
    ids=["address", "too long", "surrogate", "surrogate in the subject", "empty subject", "no subject"],
)
def test_whom_it_would_refuse_goes_alone(odd):
    [call], alone = split(replace(MAILING, addressees=(*people(2), odd._replace(message_id="odd"))))
    assert (len(call.addressees), alone) == (2, ["odd"])


def test_nothing_is_substituted_in_what_was_substituted():
    first, second = (bulk_body(MAILING, "", "shop@example.com") for _ in range(2))
    # The names are new for each call, so that nobody can write one into a name or a coupon.
    assert first != second
