"""Column types that both databases keep faithfully."""

from datetime import datetime, timedelta, timezone

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError

from app.store.accounts import AccountRow, signing_secret
from app.store.columns import Encrypted, written_json
from app.store.contacts import ContactRow
from app.store.integrations import integrations, put_integration
from app.store.templates import Template, put_template, template_by_key

OLD, NEW = "a-secret-key-for-tests-only", "the key that came after it"


@pytest.fixture(autouse=True)
def keys_as_before():
    yield
    Encrypted.use_keys([OLD])


def test_a_secret_is_nowhere_in_the_database(transaction, account, raw, now):
    with transaction() as session:
        secret = signing_secret(session, account.id)
        put_integration(session, account.id, "twilio", {"auth_token": "very-secret"}, now)
    stored = str(raw("SELECT signing_secret FROM accounts") + raw("SELECT credentials FROM integrations"))
    assert secret.startswith("whsec_")
    assert secret not in stored
    assert "very-secret" not in stored
    assert "auth_token" not in stored


def test_the_same_secret_is_never_stored_the_same_twice(transaction, account, raw, now):
    with transaction() as session:
        for name in ("twilio", "sendgrid"):
            put_integration(session, account.id, name, {"key": "x"}, now)
    assert len(set(raw("SELECT credentials FROM integrations"))) == 2


def test_after_a_new_key_the_old_secrets_are_still_read(transaction, account, now):
    with transaction() as session:
        put_integration(session, account.id, "twilio", {"key": "x"}, now)
    Encrypted.use_keys([NEW, OLD])
    with transaction() as session:
        assert integrations(session, account.id) == {"twilio": {"key": "x"}}
        assert signing_secret(session, account.id).startswith("whsec_")


def test_what_is_written_after_a_new_key_needs_the_old_one_no_more(transaction, account, now):
    Encrypted.use_keys([NEW, OLD])
    with transaction() as session:
        put_integration(session, account.id, "twilio", {"key": "x"}, now)
    Encrypted.use_keys([NEW])
    with transaction() as session:
        assert integrations(session, account.id) == {"twilio": {"key": "x"}}
        with pytest.raises(InvalidToken):
            signing_secret(session, account.id)


def test_without_keys_no_secret_is_written():
    Encrypted.cipher = None
    with pytest.raises(RuntimeError, match="no secret keys"):
        Encrypted().process_bind_param("secret", None)


def test_a_moment_without_a_zone_is_refused(transaction, account):
    with pytest.raises(StatementError, match="without a zone"), transaction() as session:
        session.execute(update(AccountRow).values(smart_urls_since=datetime(2026, 11, 22, 9, 0)))  # noqa: DTZ001


def test_a_moment_comes_back_the_same_and_in_utc(transaction, account):
    moment = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with transaction() as session:
        session.execute(update(AccountRow).values(smart_urls_since=moment))
    with transaction() as session:
        found = session.scalar(select(AccountRow.smart_urls_since))
    assert found == moment
    assert found.utcoffset() == timedelta(0)


def test_moments_of_different_zones_are_compared_as_moments(transaction, account, now):
    west, east = timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))
    with transaction() as session:
        session.execute(update(AccountRow).values(smart_urls_since=now.astimezone(west)))
        same = select(AccountRow.id).where(AccountRow.smart_urls_since == now.astimezone(east))
        later = select(AccountRow.id).where(AccountRow.smart_urls_since > now.astimezone(east) - timedelta(seconds=1))
        assert session.scalar(same) == session.scalar(later) == account.id


@pytest.mark.parametrize("value", [{}, [], 0, "", False, {"ü": [1, 2.5, None, {"\0": "\0"}]}, 2**63 - 1])
def test_json_comes_back_the_same(transaction, account, contact, value):
    with transaction() as session:
        session.execute(update(ContactRow).where(ContactRow.id == contact.id).values(fields=value))
    with transaction() as session:
        assert session.scalar(select(ContactRow.fields).where(ContactRow.id == contact.id)) == value


def test_json_keeps_the_order_of_names():
    assert written_json({"b": 1, "a": 2}) == '{"b":1,"a":2}'


@pytest.mark.parametrize("body", ["a\0b", "\0", "\ufffe", "\ufffe0\0", "\ufffe1\ufffe\0" * 3, "\U0010ffff\u202e", ""])
def test_a_body_comes_back_to_the_character(transaction, account, now, body):
    with transaction() as session:
        put_template(session, account.id, Template("t", "email", "T", html=body, text=body), now)
    with transaction() as session:
        template = template_by_key(session, account.id, "t")
    assert (template.html, template.text) == (body, body)
