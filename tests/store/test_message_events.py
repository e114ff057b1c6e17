"""What happened to messages: where it is kept, and that no change of that loses any of it."""

from alembic import command
from sqlalchemy import inspect, text

from app.store.messages import add_event, events_of
from app.store.schema import _config, differences, upgrade

BEFORE = "0036"


def test_the_migration_to_one_tree_keeps_every_event_and_goes_back(engine, transaction, account, add, now):
    message_id, other_id = add(), add()
    with transaction() as session:
        add_event(session, account.id, message_id, "sent", now, {"provider": "outbox"})
        told = [events_of(session, account.id, one) for one in (message_id, other_id)]
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), BEFORE)
        assert _key(engine) == ["id"]
        assert _all(engine) == 3
    finally:
        upgrade(engine)
    assert _key(engine) == ["message_id", "id"]
    assert differences(engine) == []
    with transaction() as session:
        assert [events_of(session, account.id, one) for one in (message_id, other_id)] == told


def test_that_a_message_was_asked_for_is_told_once_before_and_after_its_event_went(
    engine, transaction, account, add, now
):
    waiting, refused = add(), add(status="suppressed", error="unsubscribed")
    with transaction() as session:
        add_event(session, account.id, waiting, "suppressed", now, {"reason": "erased"})
        add_event(session, account.id, waiting, "queued", now, {"resent": True})
        # As a machine of the version before writes it, while not all run this one.
        add_event(session, account.id, waiting, "queued", now)
        told = [events_of(session, account.id, one) for one in (waiting, refused)]
    assert [[kind for kind, _, _ in events] for events in told] == [["queued", "suppressed", "queued"], ["suppressed"]]
    assert told[1] == [("suppressed", now, {"reason": "unsubscribed"})]
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), "0037")
        assert _all(engine) == 5
    finally:
        upgrade(engine)
    assert _all(engine) == 4
    assert differences(engine) == []
    with transaction() as session:
        assert [events_of(session, account.id, one) for one in (waiting, refused)] == told


def test_sqlite_keeps_events_in_their_key(sqlite_url, sqlite_file):
    with sqlite_file.engine.connect() as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'message_events'")).scalar_one()
    assert made.rstrip().endswith("WITHOUT ROWID")


def _key(engine):
    return inspect(engine).get_pk_constraint("message_events")["constrained_columns"]


def _all(engine):
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM message_events")).scalar_one()
