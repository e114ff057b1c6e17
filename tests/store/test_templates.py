"""Email and SMS templates, by the keys their account gives them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.store.templates import Template, TemplateRow, delete_template, list_templates, put_template, template_by_key

INVITE = Template("invite", "email", "Invite", "share", "Hi", "<p>Hi</p>", "Hi", "shop@shop.example", "welcome")


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


def test_a_template_comes_back_as_it_was_put(session, account, now):
    put_template(session, account.id, INVITE, now)
    assert template_by_key(session, account.id, "invite") == INVITE


def test_putting_a_template_again_replaces_all_of_it_and_counts_its_versions(session, account, now):
    put_template(session, account.id, INVITE, now)
    bare = Template("invite", "sms", "Bare", text="Hi")
    put_template(session, account.id, bare, now + timedelta(hours=1))
    assert template_by_key(session, account.id, "invite") == bare
    row = session.scalars(select(TemplateRow)).one()
    assert (row.version, row.created_at, row.updated_at) == (2, now, now + timedelta(hours=1))


def test_another_accounts_template_is_never_found_or_changed(session, account, other_account, now):
    put_template(session, account.id, INVITE, now)
    assert template_by_key(session, other_account.id, "invite") is None
    assert list_templates(session, other_account.id, after=None, limit=10) == []
    assert not delete_template(session, other_account.id, "invite")
    put_template(session, other_account.id, replace(INVITE, name="Theirs"), now)
    assert template_by_key(session, account.id, "invite") == INVITE


def test_templates_are_listed_by_key(session, account, now):
    for key in ("b", "c", "a"):
        put_template(session, account.id, replace(INVITE, key=key), now)
    assert [each.key for each in list_templates(session, account.id, after=None, limit=2)] == ["a", "b"]
    assert [each.key for each in list_templates(session, account.id, after="b", limit=2)] == ["c"]


def test_a_deleted_template_is_gone(session, account, now):
    put_template(session, account.id, INVITE, now)
    assert delete_template(session, account.id, "invite")
    assert not delete_template(session, account.id, "invite")
    assert template_by_key(session, account.id, "invite") is None


def test_of_a_template_put_at_once_by_several_one_is_whole(transaction, account, now, at_once):
    def work(number):
        with transaction() as session:
            put_template(session, account.id, replace(INVITE, subject=str(number), text=str(number)), now)

    at_once(4, work)
    with transaction() as session:
        found = template_by_key(session, account.id, "invite")
        assert found.subject == found.text
        assert session.scalar(select(TemplateRow.version)) == 4
