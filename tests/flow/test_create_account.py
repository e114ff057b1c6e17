"""A new account: its key, its signing secret and its domain."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from app.domain.errors import ConflictError, InvalidInputError
from app.flow.create_account import create_account
from app.store.accounts import account_by_api_key, account_by_slug, domains, signing_secret
from tests.flow.story import at_once, both_databases


@pytest.fixture
def create(transaction, now):
    def create(name, host=None):
        with transaction() as session:
            return create_account(session, name, host or f"{uuid4().hex}.example", now=now)

    return create


@pytest.fixture
def ask(transaction):
    def ask(question, *words):
        with transaction() as session:
            return question(session, *words)

    return ask


@both_databases
def test_an_account_is_known_by_its_key_and_signs_with_its_secret(create, ask, now):
    created = create(f"Müller & Söhne {uuid4().hex[:6]}")
    assert created.account.slug.startswith("muller-sohne-")
    assert ask(account_by_api_key, created.api_key) == created.account
    assert ask(signing_secret, created.account.id) == created.signing_secret
    assert created.signing_secret.startswith("whsec_")
    [domain] = ask(domains, created.account.id)
    assert (domain.host, domain.verified_at) == (created.host, now)
    assert created.account.smart_urls_since == now


def test_neither_key_nor_secret_can_be_read_in_the_database(create, ask):
    created = create("shop")
    query = text("SELECT signing_secret FROM accounts WHERE id = :id UNION ALL SELECT digest FROM api_keys")
    kept = ask(lambda session: session.execute(query, {"id": created.account.id}).scalars().all())
    assert not {created.api_key, created.signing_secret} & set(kept)


def test_a_second_account_of_the_same_name_gets_a_number(create):
    name = f"Same {uuid4().hex}"
    slugs = [create(name).account.slug for _ in range(3)]
    assert slugs == [slugs[0], f"{slugs[0]}-2", f"{slugs[0]}-3"]


@both_databases
def test_several_at_once_get_different_names(create):
    name = f"Same {uuid4().hex}"
    ends = at_once(*[lambda: create(name) for _ in range(3)])
    assert len({end.account.slug for end in ends}) == 3


@both_databases
def test_a_taken_domain_is_refused_and_leaves_no_account(create, ask):
    host = f"{uuid4().hex}.example"
    create("first", host)
    name = uuid4().hex
    with pytest.raises(ConflictError, match=host):
        create(name, host.upper())
    assert ask(account_by_slug, name) is None


@pytest.mark.parametrize("host", ["", "https://shop.example", "shop example", "-.example", "a..b", "x" * 300, "a\n.b"])
def test_what_is_no_host_is_refused(create, host):
    with pytest.raises(InvalidInputError, match="domain"):
        create("shop", host or " ")


@pytest.mark.parametrize("name", ["", "   ", "!!!", "???"])
def test_a_name_without_a_letter_is_refused(create, name):
    with pytest.raises(InvalidInputError, match="name"):
        create(name)
