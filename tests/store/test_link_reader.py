"""The edge's reads on real databases: by code, token and host, and never waiting for a writer."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from app.domain.link_target import MessageLink, Referral, SharedLink
from app.store.accounts import AccountRow, DomainRow
from app.store.base import open_engine, transactions
from app.store.campaigns import AdvocateRow, CampaignRow
from app.store.contacts import ContactRow
from app.store.link_reader import LinkReader, LinksUnavailableError
from app.store.links import LinkSetRow
from app.store.messages import MessageRow
from tests.renewed_file import KEYS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SPRING = Referral("ad-1", "johndoe", "camp-1", "spring", "https://shop.example/?a=1", "Join me", '{"x":"Short"}')
DESTINATIONS = ("https://shop.example/a", "https://shop.example/\u00fc")


@pytest.fixture
def engine(engine):
    """The database, with links of every kind in it."""
    with transactions(engine)() as session:
        _fill(session)
    return engine


def _fill(session):
    def add(row, **values):
        session.execute(insert(row).values(**values))

    rest = {"attribution_days": 30, "signing_secret": "whsec_x", "created_at": NOW}
    for account in ("acc-1", "acc-2"):
        add(AccountRow, id=account, slug=account, name=account, time_zone="UTC", smart_urls_since=NOW, **rest)
    add(DomainRow, id="d-1", account_id="acc-1", host="refer.example", verified_at=NOW, created_at=NOW)
    add(DomainRow, id="d-2", account_id="acc-1", host="new.example", verified_at=None, created_at=NOW)
    add(ContactRow, id="c-1", account_id="acc-1", identity="c-1", fields={}, created_at=NOW, updated_at=NOW)
    add(
        CampaignRow,
        id="camp-1",
        account_id="acc-1",
        key="spring",
        name="Spring",
        landing_url=SPRING.landing_url,
        share_text=SPRING.share_text,
        share_texts={"x": "Short"},
        enrolment={},
        created_at=NOW,
        updated_at=NOW,
    )
    add(
        AdvocateRow,
        id="ad-1",
        account_id="acc-1",
        campaign_id="camp-1",
        contact_id="c-1",
        share_code="johndoe",
        share_token="TokenAdvoc8",
        created_at=NOW,
    )
    add(LinkSetRow, id="l-1", account_id="acc-1", digest="x", destinations=list(DESTINATIONS))
    _message(add, "m-1", "CodeOfMess1", "TokenOfMes1", link_set_id="l-1", advocate_id="ad-1", campaign_id="camp-1")
    _message(add, "m-2", "CodeOfMess2", "TokenOfMes2", link_set_id="l-1")
    _message(add, "m-3", "CodeOfMess3", "TokenOfMes3", advocate_id="ad-1")


def _message(add, message_id, code, token, **more):
    add(
        MessageRow,
        id=message_id,
        account_id="acc-1",
        fingerprint="",
        channel="email",
        contact_id="c-1",
        recipient="ada@example.com",
        source={},
        code=code,
        share_token=token,
        decisions=[],
        status="sent",
        send_at=NOW,
        attempt=1,
        created_at=NOW,
        **more,
    )


@pytest.fixture
def reader(engine):
    reader = LinkReader(engine)
    yield reader
    reader.close()


def test_a_verified_host_is_an_accounts(reader):
    assert reader.account_of("refer.example") == "acc-1"
    assert reader.account_of("new.example") is None
    assert reader.account_of("other.example") is None


def test_a_message_is_found_by_its_code(reader):
    assert reader.message_link("acc-1", "CodeOfMess1") == MessageLink("m-1", "TokenOfMes1", DESTINATIONS, SPRING)


def test_a_message_may_have_neither_advocate_nor_campaign(reader):
    assert reader.message_link("acc-1", "CodeOfMess2") == MessageLink("m-2", "TokenOfMes2", DESTINATIONS, Referral())


def test_the_advocates_campaign_stands_in_for_the_messages(reader):
    assert reader.message_link("acc-1", "CodeOfMess3") == MessageLink("m-3", "TokenOfMes3", (), SPRING)


def test_several_messages_are_found_at_once(reader):
    codes = ["CodeOfMess3", "CodeOfMess1", "CodeOfMess9", "CodeOfMess1", "CodeOfMess2"]
    found = reader.message_links([("acc-1", code) for code in codes])
    assert found == [reader.message_link("acc-1", code) for code in codes]
    assert [link and link.message_id for link in found] == ["m-3", "m-1", None, "m-1", "m-2"]
    assert reader.message_links([("acc-2", "CodeOfMess1"), ("acc-1", "CodeOfMess1")]) == [None, found[1]]
    assert reader.message_links([]) == []


def test_no_code_among_others_upsets_it(reader):
    strange = [
        "",
        "\0",
        "' OR 1=1 --",
        "{}",
        '"',
        ",",
        "\\",
        "NULL",
        "\u00fc\u00df",
        "\ud800",
        "\u0663" * 11,
        "x" * 10_000,
    ]
    found = reader.message_links([("acc-1", code) for code in [*strange, "CodeOfMess1"]])
    assert found == [None] * len(strange) + [reader.message_link("acc-1", "CodeOfMess1")]
    assert reader.message_links([("acc-1", "\0"), ("acc-1", "?")]) == [None, None]


def test_a_share_token_is_a_messages_or_an_advocates(reader):
    assert reader.shared("acc-1", "TokenOfMes1") == SharedLink("m-1", SPRING)
    assert reader.shared("acc-1", "TokenAdvoc8") == SharedLink(None, SPRING)
    assert reader.shared("acc-1", "CodeOfMess1") is None


def test_a_share_code_is_exact(reader):
    assert reader.advocate("acc-1", "johndoe") == SharedLink(None, SPRING)
    assert reader.advocate("acc-1", "JohnDoe") is None


def test_nothing_is_found_in_another_account(reader):
    assert reader.message_link("acc-2", "CodeOfMess1") is None
    assert reader.shared("acc-2", "TokenOfMes1") is None
    assert reader.shared("acc-2", "TokenAdvoc8") is None
    assert reader.advocate("acc-2", "johndoe") is None


@pytest.mark.parametrize("strange", ["", "\0", "' OR 1=1 --", "%s", "?", "\u00fc\U0001f600", "\ud800", "x" * 10_000])
def test_no_input_upsets_it(reader, strange):
    assert reader.account_of(strange) is None
    assert reader.message_link("acc-1", strange) is None
    assert reader.advocate("acc-1", strange) is None


def test_a_link_works_as_soon_as_it_is_stored(engine, reader):
    assert reader.account_of("soon.example") is None
    with transactions(engine)() as session:
        session.execute(
            insert(DomainRow).values(id="d-3", account_id="acc-2", host="soon.example", verified_at=NOW, created_at=NOW)
        )
        assert reader.account_of("soon.example") is None
    assert reader.account_of("soon.example") == "acc-2"


def test_a_writer_keeps_nobody_waiting(engine, reader):
    with transactions(engine)() as session:
        session.execute(insert(DomainRow).values(id="d-4", account_id="acc-2", host="w.example", created_at=NOW))
        assert reader.account_of("refer.example") == "acc-1"
        session.rollback()


def test_each_thread_reads_on_its_own(reader):
    found = []

    def read():
        found.append(reader.account_of("refer.example"))
        reader.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["acc-1"] * 4


def test_a_broken_connection_is_opened_again(engine, reader):
    assert reader.account_of("refer.example") == "acc-1"
    reader._thread.connection.close()
    assert reader.account_of("refer.example") == "acc-1"
    reader._thread.connection.close()
    assert [link is None for link in reader.message_links([("acc-1", "CodeOfMess1"), ("acc-1", "x")])] == [False, True]


def test_an_outage_is_said(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/empty?#.db", KEYS)
    with pytest.raises(LinksUnavailableError, match="unable to open"):
        LinkReader(engine).account_of("refer.example")
    # What is made in place of a lost database would hide that it is lost.
    assert list(tmp_path.iterdir()) == []
    engine.connect().close()
    with pytest.raises(LinksUnavailableError, match="no such table"):
        LinkReader(engine).account_of("refer.example")
    lost = LinkReader(open_engine("postgresql://nobody@127.0.0.1:1/none", KEYS))
    with pytest.raises(LinksUnavailableError):
        lost.account_of("refer.example")


def test_on_sqlite_it_cannot_write(sqlite_url):
    reader = LinkReader(open_engine(sqlite_url, KEYS))
    reader.account_of("refer.example")
    with pytest.raises(sqlite3.OperationalError):
        reader._thread.connection.read("DELETE FROM domains", ())
