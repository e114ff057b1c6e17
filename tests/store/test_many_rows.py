"""Many rows in one call: whatever stands in them, and whoever was there first."""

import pytest

from app.domain.ids import new_id
from app.store.contacts import ContactRow, details_by_id
from app.store.many_rows import add_rows, among, change_rows

ODD = [
    *("plain", "", "NULL", "null", 'a "quoted" word', "back\\slash", '\\"', "\\\\", "{a,b}", "a,b", " blank "),
    *("two\nlines", "tab\tand\rreturn", "\x01\x7f", "½ é 漢 \U0001f600", "\u202eright to left", "it's", "%s %(a)s ?"),
]


@pytest.fixture
def session(transaction):
    with transaction() as session:
        yield session


@pytest.fixture
def row(account, now):
    def make(identity, **said):
        given = {"external_id": None, "email": None, "phone": None, "first_name": None, "last_name": None, "fields": {}}
        named = {"id": new_id(), "account_id": account.id, "identity": identity, "created_at": now, "updated_at": now}
        return {**named, **given, **said}

    return make


def test_whatever_stands_in_a_row_comes_back_as_it_was(session, account, row):
    rows = [row(str(n), first_name=word, last_name=None, fields={"a": [word]}) for n, word in enumerate(ODD)]
    assert add_rows(session, ContactRow, rows) == {one["id"] for one in rows}
    found = details_by_id(session, account.id, [one["id"] for one in rows])
    kept = [found[one["id"]] for one in rows]
    assert [(one.first_name, one.last_name, one.fields) for one in kept] == [
        (word, None, {"a": [word]}) for word in ODD
    ]
    query = among(ContactRow.first_name, ODD)
    assert {name for (name,) in session.query(ContactRow.first_name).where(query)} == set(ODD)


@pytest.mark.parametrize("odd", ["two\nlines", "plain"])
def test_none_is_none_beside_any_word(session, account, row, odd):
    rows = [row("1", first_name=odd), row("2", last_name=odd)]
    add_rows(session, ContactRow, rows)
    found = details_by_id(session, account.id, [one["id"] for one in rows])
    assert [(found[one["id"]].first_name, found[one["id"]].last_name) for one in rows] == [(odd, None), (None, odd)]


def test_whoever_is_known_already_is_left_out(session, row):
    first, other = row("same"), row("other")
    assert add_rows(session, ContactRow, [first], unless_known_by=("account_id", "identity")) == {first["id"]}
    rows = [row("same"), other, row("other")]
    assert add_rows(session, ContactRow, rows, unless_known_by=("account_id", "identity")) == {other["id"]}
    assert add_rows(session, ContactRow, [row("same")], unless_known_by=()) == set()
    assert add_rows(session, ContactRow, []) == set()


def test_each_row_is_given_its_own_and_what_all_are_given(session, account, row, now):
    rows = [row(str(n)) for n in range(3)]
    add_rows(session, ContactRow, rows)
    changes = [{"id": one["id"], "first_name": f"N{n}", "last_name": "Same"} for n, one in enumerate(rows)]
    assert change_rows(session, ContactRow, account.id, changes) == 3
    found = details_by_id(session, account.id, [one["id"] for one in rows])
    assert [(found[one["id"]].first_name, found[one["id"]].last_name) for one in rows] == [
        (f"N{n}", "Same") for n in range(3)
    ]
    assert change_rows(session, ContactRow, account.id, []) == 0


def test_another_accounts_rows_stay_as_they_are(session, account, other_account, row):
    mine = row("1", first_name="Ada")
    add_rows(session, ContactRow, [mine])
    assert change_rows(session, ContactRow, other_account.id, [{"id": mine["id"], "first_name": "Eve"}]) == 0
    assert details_by_id(session, account.id, [mine["id"]])[mine["id"]].first_name == "Ada"
    assert details_by_id(session, other_account.id, [mine["id"], new_id()]) == {}
