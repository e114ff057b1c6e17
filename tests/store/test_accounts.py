"""Accounts, their keys, people, domains and credentials."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.store.accounts import (
    ApiKeyRow,
    account_by_api_key,
    account_by_id,
    account_by_slug,
    add_account,
    add_api_key,
    add_domain,
    add_user,
    change_account,
    domains,
    user_by_email,
    user_by_id,
)
from app.store.domains import set_verified
from app.store.integrations import integrations, put_integration


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


def sign_up(session, account, email="Ada@Example.com", now=None):
    add_user(session, account.id, email=email, password_hash="$argon2", role="owner", now=now)
    return user_by_email(session, email)


def test_an_account_is_found_by_its_slug_and_by_its_id(session, account):
    assert account_by_slug(session, "shop") == account == account_by_id(session, account.id)
    assert account_by_slug(session, "Shop") is None
    assert account_by_slug(session, "") is None


def test_a_slug_belongs_to_one_account(session, account, now):
    assert add_account(session, slug="shop", name="Another", signing_secret="whsec_x", now=now) is None


def test_of_two_accounts_created_at_once_with_one_slug_one_is(transaction, now, at_once):
    def create(number):
        with transaction() as session:
            return add_account(session, slug="shop", name=str(number), signing_secret="whsec_x", now=now)

    assert [bool(found) for found in at_once(2, create)].count(True) == 1


def test_smart_urls_are_switched_off_and_on_for_one_account(session, account, other_account, now):
    change_account(session, account.id, {"smart_urls_since": None})
    assert account_by_id(session, account.id).smart_urls_since is None
    assert account_by_id(session, other_account.id).smart_urls_since == now
    change_account(session, account.id, {"smart_urls_since": now})
    assert account_by_id(session, account.id).smart_urls_since == now


def test_an_api_key_opens_its_account_and_no_other(session, account, other_account, now):
    add_api_key(session, account.id, "tl_first-key-of-shop", now)
    add_api_key(session, account.id, "tl_second-key-of-shop", now)
    add_api_key(session, other_account.id, "tl_key-of-other", now)
    assert account_by_api_key(session, "tl_first-key-of-shop") == account
    assert account_by_api_key(session, "tl_second-key-of-shop") == account
    assert account_by_api_key(session, "tl_key-of-other") == other_account


@pytest.mark.parametrize("key", ["", "tl_", "tl_first-key-of-sho", "TL_FIRST-KEY-OF-SHOP", "tl_first\udcff", "a\0b"])
def test_what_is_no_key_opens_nothing(session, account, now, key):
    add_api_key(session, account.id, "tl_first-key-of-shop", now)
    assert account_by_api_key(session, key) is None


def test_a_revoked_key_opens_nothing(session, account, now):
    add_api_key(session, account.id, "tl_first-key-of-shop", now)
    session.execute(update(ApiKeyRow).values(revoked_at=now))
    assert account_by_api_key(session, "tl_first-key-of-shop") is None


def test_of_a_key_only_its_digest_and_its_beginning_are_kept(transaction, account, now, raw):
    with transaction() as session:
        add_api_key(session, account.id, "tl_first-key-of-shop", now)
        hints = session.scalars(select(ApiKeyRow.hint)).all()
    assert "tl_first-k" in hints
    assert "tl_first-key-of-shop" not in str(raw("SELECT * FROM api_keys"))


def test_somebody_signs_in_with_their_address_in_any_case(session, account, now):
    user = sign_up(session, account, now=now)
    assert (user.email, user.account_id) == ("ada@example.com", account.id)
    assert user_by_email(session, "ADA@example.com") == user == user_by_id(session, user.id)
    assert user_by_email(session, "nobody@example.com") is None
    assert user_by_id(session, "nobody") is None


def test_an_address_signs_in_to_one_account(session, account, other_account, now):
    sign_up(session, account, now=now)
    with pytest.raises(IntegrityError):
        sign_up(session, other_account, "ADA@EXAMPLE.COM", now=now)


def test_many_may_claim_a_host_and_one_has_it_verified(session, account, other_account, now):
    assert add_domain(session, account.id, "new.shop.example", verified_at=None, now=now)
    assert not add_domain(session, account.id, "new.shop.example", verified_at=now, now=now)
    assert add_domain(session, other_account.id, "new.shop.example", verified_at=now, now=now)
    [_, claimed] = domains(session, account.id)
    with pytest.raises(IntegrityError):
        set_verified(session, account.id, claimed.id, now)


def test_domains_come_in_the_order_in_which_they_were_given(session, account, now):
    add_domain(session, account.id, "a.shop.example", verified_at=None, now=now)
    found = domains(session, account.id)
    assert [domain.host for domain in found] == ["refer.shop.example", "a.shop.example"]
    assert [domain.verified_at for domain in found] == [now, None]


def test_new_credentials_take_the_place_of_the_old(session, account, other_account, now):
    put_integration(session, account.id, "twilio", {"account_sid": "AC1", "auth_token": "old"}, now)
    put_integration(session, account.id, "twilio", {"auth_token": "new ü"}, now)
    put_integration(session, account.id, "sendgrid", {"api_key": "SG"}, now)
    assert integrations(session, account.id) == {"twilio": {"auth_token": "new ü"}, "sendgrid": {"api_key": "SG"}}
    assert integrations(session, other_account.id) == {}
