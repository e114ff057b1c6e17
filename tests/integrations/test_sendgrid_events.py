"""SendGrid's event webhook: who called, byte for byte, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.protocol import ForgedError
from integrations.sendgrid_events import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify_events

# What SendGrid's own library is tested with.
KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62g"
    "w+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
OTHER_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIbsd4SXZkLW6jDutdhXSJCWHw8REnt"
    "lo7aNDthvj+y7GjUuFDb/R1NGe1OPzpA=="
)
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
TIMESTAMP = "1600112502"
BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
    b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
    b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
    b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
)
THEN = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def verify(body=BODY, signature=SIGNATURE, timestamp=TIMESTAMP, now=THEN, **credentials):
    said = {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: timestamp}
    headers = {name: value for name, value in said.items() if value is not None}
    verify_events(credentials or {"webhook_public_key": KEY}, body=body, headers=headers, now=now)


def test_what_sendgrids_library_was_tested_with_is_verified_its_line_end_included():
    verify()
    verify(now=THEN + timedelta(minutes=5))
    verify(now=THEN - timedelta(minutes=5))


def test_a_key_may_stand_in_its_armour_and_during_a_change_either_key_fits():
    armoured = f"-----BEGIN PUBLIC KEY-----\n{KEY[:64]}\n{KEY[64:]}\n-----END PUBLIC KEY-----\n"
    verify(webhook_public_key=armoured)
    verify(webhook_public_key=OTHER_KEY, webhook_public_key_previous=KEY)
    verify(webhook_public_key=KEY, webhook_public_key_previous="nonsense")


@pytest.mark.parametrize(
    "given",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": SIGNATURE[:-1]},
        {"signature": SIGNATURE[:-8]},
        {"signature": SIGNATURE[:8] + "A" + SIGNATURE[9:]},
        {"signature": f"!{SIGNATURE}"},
        {"signature": "ключ"},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "timestamp"},
        {"timestamp": "1600112503"},
        {"timestamp": "9" * 400},
        {"timestamp": "１６００１１２５０２"},
        {"now": THEN + timedelta(minutes=5, seconds=1)},
        {"now": THEN - timedelta(minutes=5, seconds=1)},
        {"now": datetime(2026, 11, 22, tzinfo=UTC)},
        {"body": BODY.rstrip()},
        {"body": BODY.replace(b"\r\n", b"\n")},
        {"body": BODY.replace(b"dropped", b"Dropped")},
        {"body": b""},
        {"body": b"\xff" + BODY},
        {"webhook_public_key": OTHER_KEY},
        {"webhook_public_key": "nonsense"},
        {"webhook_public_key": KEY[:-10]},
        {"webhook_public_key": ""},
        {"api_key": "SG.x"},
    ],
    ids=lambda given: str(given)[:60],
)
def test_anything_else_is_forged(given):
    with pytest.raises(ForgedError):
        verify(**given)
