"""A database with an account and very many messages, made without the story."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from app.domain.ids import new_id
from app.flow.create_account import create_account
from app.flow.put_campaign import put_campaign
from app.store.base import open_engine, transactions
from app.store.campaigns import add_advocates
from app.store.contacts import ContactRow
from app.store.links import link_set
from app.store.messages import MessageRow
from app.store.schema import upgrade

HOST = "refer.shop.example"
_PAGE = 5_000


def tracked_paths(count: int) -> list[str]:
    """Return the addresses of the first ``count`` messages' links."""
    return [f"/-t{number:011}0" for number in range(count)]


def fill(database_url: str, count: int) -> None:
    """Store ``count`` messages of one broadcast, each with its own code, to advocates of one campaign."""
    engine = open_engine(database_url, ("a-secret-key-for-benchmarks-only",))
    upgrade(engine)
    now = datetime.now(UTC)
    with transactions(engine)() as session:
        account = create_account(session, "bench", HOST, now=now).account
        words = {"landing_url": "https://shop.example/spring", "share_text": "Try this:", "enrolment": {}}
        campaign = put_campaign(session, account, key="spring", name="Spring", now=now, **words)
        contact = {"id": new_id(), "account_id": account.id, "identity": "c-1", "fields": {}}
        session.execute(insert(ContactRow).values(**contact, created_at=now, updated_at=now))
        advocate = add_advocates(session, account.id, campaign.id, {contact["id"]: "johndoe"}, now)[contact["id"]]
        links = link_set(session, account.id, ["https://shop.example/a?b=c", "https://shop.example/d"])
        shared = {
            "account_id": account.id,
            "fingerprint": "",
            "channel": "email",
            "contact_id": contact["id"],
            "recipient": "ada@example.com",
            "campaign_id": campaign.id,
            "advocate_id": advocate.id,
            "link_host": HOST,
            "link_set_id": links,
            "status": "delivered",
            "source": {"data": {}},
            "html": "<p>" + "Hello there. " * 40,
            "decisions": [],
            "send_at": now,
            # Who presses within seconds of the sending is looked at twice; a broadcast is read for hours.
            "sent_at": now - timedelta(hours=1),
            "created_at": now,
            "attempt": 1,
        }
        for start in range(0, count, _PAGE):
            numbers = range(start, min(start + _PAGE, count))
            rows = [{**shared, "id": new_id(), "code": f"{n:011}", "share_token": f"t{n:010}"} for n in numbers]
            session.execute(insert(MessageRow), rows)
    engine.dispose()
