"""Bring a database to the schema of this version."""

import logging
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.store import (
    accounts,
    campaigns,
    clicks,
    contacts,
    conversations,
    counted_days,
    counters,
    idempotency,
    integrations,
    links,
    messages,
    order_names,
    order_traces,
    orders,
    outcomes,
    provider_callbacks,
    shares,
    shop_deliveries,
    suppressions,
    team,
    templates,
    verdicts,
    webhook_deliveries,
    webhooks,
)
from app.store.base import Base
from app.store.click_months import is_click_month

_SUBJECTS = (
    accounts,
    campaigns,
    clicks,
    contacts,
    conversations,
    counted_days,
    counters,
    idempotency,
    integrations,
    links,
    messages,
    order_names,
    order_traces,
    orders,
    outcomes,
    provider_callbacks,
    shares,
    shop_deliveries,
    suppressions,
    team,
    templates,
    verdicts,
    webhook_deliveries,
    webhooks,
)
"""Imported for their rows: a table that no module here names does not exist."""
_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 7_316_283
"""The number of PostgreSQL's advisory lock: two machines that start at once migrate one after the other."""


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether a thing of the database is one that the rows are to describe: months of clicks come and go."""
    return not (kind == "table" and is_click_month(name or ""))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["include_name"] = is_described
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations that the database has not had, in one transaction."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has had every migration."""
    with engine.connect() as connection:
        head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head


def differences(engine: Engine) -> list[object]:
    """Return what the migrations left different from the rows' definitions; nothing when they are true."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_described})
        return list(compare_metadata(context, Base.metadata))


def revise(engine: Engine, message: str) -> None:
    """Write a new migration from the differences; for developers."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
