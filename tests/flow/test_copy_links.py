"""The copies in Redis answer what the database would; nothing needs them, and what they lost comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.domain.ids import new_id
from app.domain.message import ContactDetails, Status
from app.flow.copy_links import copy_links
from app.flow.send_message import send_message
from app.store.accounts import add_domain
from app.store.base import readings
from app.store.campaigns import AdvocateRow
from app.store.contacts import ContactRow
from app.store.link_copies import LinkCopies
from app.store.link_reader import LinkReader, LinksUnavailableError
from tests.embedded_redis import EmbeddedRedis
from tests.flow.story import HUB, LEASE, OneProvider, both_databases

DESTINATION = "https://shop.example/new"


@pytest.fixture(scope="module")
def redis_server():
    with EmbeddedRedis() as server:
        yield server


@pytest.fixture
def copies(redis_server):
    redis_server.client.flushall()
    copies = LinkCopies(redis_server.url)
    yield copies
    copies.close()


@pytest.fixture
def engine(emptied_engine):
    """What is copied is copied of all accounts."""
    return emptied_engine


@pytest.fixture
def reader(engine):
    reader = LinkReader(engine)
    yield reader
    reader.close()


@pytest.fixture
def catch_up(engine, copies):
    """Copy what the sendings left out, as the schedule does."""
    # Ids are minted by the system's clock, whatever the story's is.
    return lambda: copy_links(copies, reading=readings(engine), now=datetime.now(UTC))


def sent_with(shop, copies, **given):
    message_id = shop.trigger(**given).message_id
    status = send_message(
        message_id,
        transaction=shop.transaction,
        providers=OneProvider(),
        clock=lambda: shop.now,
        lease=LEASE,
        link_port=8000,
        public_url=HUB,
        copies=copies,
    )
    assert status is Status.DELIVERED
    return shop.message(message_id)


def invited_with(shop, copies):
    shop.campaign()
    shop.template(html=f"<a href='{DESTINATION}'>New</a>{{% sharing_widget %}}")
    return sent_with(shop, copies, template="invite", campaign="spring")


def answers(links, shop, message):
    """Return all that can be asked about one message."""
    account_id, advocate = shop.account.id, shop.advocate(message)
    return {
        "host": links.account_of(shop.host),
        "message": links.message_link(account_id, message.code),
        "token": links.shared(account_id, message.share_token),
        "advocate's token": links.shared(account_id, advocate.share_token),
        "share code": links.advocate(account_id, advocate.share_code),
    }


@both_databases
def test_what_is_sent_is_copied_and_reads_as_in_the_database(shop, copies, reader):
    message = invited_with(shop, copies)
    found = answers(copies, shop, message)
    assert found == answers(reader, shop, message)
    assert DESTINATION in found["message"].destinations
    assert None not in found.values()


def test_a_message_without_a_campaign_is_copied_too(shop, copies, reader):
    message = sent_with(shop, copies)
    found = copies.message_link(shop.account.id, message.code)
    assert found == reader.message_link(shop.account.id, message.code)
    assert found.destinations == (DESTINATION,)


def test_another_account_finds_nothing(shop, other_shop, copies):
    message = invited_with(shop, copies)
    other = other_shop.account.id
    assert copies.message_link(other, message.code) is None
    assert copies.shared(other, message.share_token) is None
    assert copies.advocate(other, shop.advocate(message).share_code) is None


@pytest.mark.parametrize("strange", ["", "\0", "\ud800", "\r\n", "x" * 100_000, "*"])
def test_no_input_upsets_it(copies, strange):
    assert copies.account_of(strange) is None
    assert copies.message_link("acc", strange) is None
    assert copies.shared("acc", strange) is None
    assert copies.advocate("acc", strange) is None


def test_copies_last_seven_days(shop, copies, redis_server):
    message = invited_with(shop, copies)
    week_s = timedelta(days=7).total_seconds()
    keys = [key for key in redis_server.client.keys("link:*") if key != b"link:hosts"]
    assert f"link:m:{message.code}".encode() in keys
    assert all(week_s - 60 < redis_server.client.ttl(key) <= week_s for key in keys)


@both_databases
def test_what_redis_has_lost_is_copied_again(shop, copies, reader, catch_up, redis_server):
    message = invited_with(shop, copies)
    catch_up()
    redis_server.client.flushall()
    assert answers(copies, shop, message)["message"] is None
    catch_up()
    assert answers(copies, shop, message) == answers(reader, shop, message)


def test_an_advocate_who_enrols_is_copied_soon_and_without_the_messages(shop, copies, catch_up, redis_server):
    shop.campaign()
    catch_up()
    enrolled = shop.signup(campaign="spring")
    message = shop.sent()
    catch_up()
    assert copies.advocate(shop.account.id, enrolled.advocate.share_code) is not None
    assert copies.message_link(shop.account.id, message.code) is None


@both_databases
def test_an_advocate_of_long_ago_is_copied_anew_once_a_day(shop, copies, reader, catch_up, redis_server):
    shop.campaign()
    enrolled = shop.signup(campaign="spring").advocate
    # Ids begin with the time they were made at.
    old_id, token, share_code = "01800000-0000-7000-8000-000000000000", "TokenOfOld1", "old-friend"
    with shop.transaction() as session:
        known = dict(session.execute(select(AdvocateRow.__table__).where(AdvocateRow.id == enrolled.id)).one()._mapping)
        contact = {"id": new_id(), "account_id": shop.account.id, "identity": "old", "fields": {}}
        session.execute(insert(ContactRow).values(**contact, created_at=shop.now, updated_at=shop.now))
        old = {"id": old_id, "contact_id": contact["id"], "share_code": share_code, "share_token": token}
        session.execute(insert(AdvocateRow).values(known | old))
    catch_up()
    found = copies.shared(shop.account.id, token)
    assert found == reader.shared(shop.account.id, token)
    assert found.referral.advocate_id == old_id
    assert copies.advocate(shop.account.id, share_code) == found

    redis_server.client.delete(f"link:t:{token}")
    catch_up()
    assert copies.shared(shop.account.id, token) is None
    assert redis_server.client.ttl("link:advocates") <= timedelta(days=1).total_seconds()
    redis_server.client.delete("link:advocates")
    catch_up()
    assert copies.shared(shop.account.id, token) == found


def test_a_round_through_many_advocates_goes_on_where_it_was(shop, copies, catch_up, monkeypatch):
    monkeypatch.setattr("app.store.sent_links._PAGE", 1)
    monkeypatch.setattr("app.flow.copy_links._PAGES", 2)
    shop.campaign()
    for name in ("ada", "bob", "cyd"):
        shop.signup(ContactDetails(email=f"{name}@friends.example"), campaign="spring")
    came_to = [copies.advocates_to()]
    while came_to[-1] != "~":
        catch_up()
        assert came_to[-1] < copies.advocates_to()
        came_to.append(copies.advocates_to())
    assert len(came_to) > 2
    catch_up()
    assert copies.advocates_to() == "~"


def test_a_changed_campaign_is_seen_in_the_copies(shop, copies, catch_up):
    message = invited_with(shop, copies)
    catch_up()
    shop.now = datetime.now(UTC)
    shop.campaign(landing_url="https://shop.example/autumn")
    catch_up()
    found = answers(copies, shop, message)
    assert {found[name].referral.landing_url for name in ("message", "token", "share code")} == {
        "https://shop.example/autumn"
    }


def test_a_host_that_is_no_longer_verified_is_forgotten(shop, copies, catch_up):
    gone = f"gone-{shop.host}"
    copies.keep_hosts({gone: shop.account.id}, datetime.now(UTC).isoformat())
    assert copies.account_of(gone) == shop.account.id
    shop.in_one(add_domain, shop.account.id, f"new-{shop.host}", verified_at=None, now=shop.now)
    catch_up()
    assert copies.account_of(shop.host) == shop.account.id
    assert copies.account_of(gone) is None
    assert copies.account_of(f"new-{shop.host}") is None


def test_without_redis_messages_go_out_all_the_same(shop, tmp_path):
    copies = LinkCopies(f"unix://{tmp_path}/none")
    assert sent_with(shop, copies).status == Status.DELIVERED
    with pytest.raises(LinksUnavailableError):
        copies.account_of(shop.host)
    with pytest.raises(LinksUnavailableError):
        copies.complete_to()


def test_after_a_redis_that_is_gone_came_back_it_is_asked_again(redis_server, shop):
    now = [100.0]
    copies = LinkCopies(redis_server.url, monotonic=lambda: now[0])
    redis_server.kill()
    with pytest.raises(LinksUnavailableError):
        copies.account_of(shop.host)
    redis_server.start()
    with pytest.raises(LinksUnavailableError, match="a moment ago"):
        copies.account_of(shop.host)
    now[0] += 1.1
    assert copies.account_of(shop.host) is None
    copies.close()
