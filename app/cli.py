"""The throughline command: the whole hub, or each of its processes by itself."""

import functools
import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.domain.errors import ThroughlineError
from config.logs import configure_logs
from config.settings import Settings, SettingsError, read_settings
from workers import memory

if TYPE_CHECKING:
    from app.factory import Factory

# Each command imports what it needs itself: a hub starts its processes at once, on two cores perhaps, and no worker
# should wait for the imports of all the others' parts.

_EDGE_THREADS = 1
"""Links that are remembered wait for nothing, and all others for a thread of their own; two that serve would only take
the interpreter's lock from each other, twice for each visit, which can cost more than the visits themselves."""


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _factory() -> "Factory":
    from app.factory import Factory

    return Factory(_settings())


def _ready_factory() -> "Factory":
    """Return the parts over a database that has the schema of this version."""
    from app.store.schema import is_current, upgrade

    factory = _factory()
    if not is_current(factory.engine):
        upgrade(factory.engine)
    return factory


def _worded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say what a rule or an outage says in one line; a mistake of ours still shows its trace."""

    @functools.wraps(command)
    def worded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (ThroughlineError, OSError) as error:
            raise click.ClickException(str(error)) from error

    return worded


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Throughline: tracked links for the messages that automations send."""
    memory.begin()
    configure_logs()


@main.command()
@_worded
def up() -> None:
    """Run everything in the foreground."""
    from workers import supervisor

    settings = _settings()

    # What only these need is loaded while the web starts.
    def prepare() -> None:
        from app import first_start

        first_start.prepare(_factory())

    def announce() -> None:
        from app import first_start

        first_start.announce(settings)

    sys.exit(supervisor.run(settings, children=supervisor.children(settings), prepare=prepare, announce=announce))


@main.command()
@_worded
def edge() -> None:
    """Serve the redirects alone."""
    from workers.web import serve

    settings = _settings()
    serve(settings, "wsgi:edge", threads=_EDGE_THREADS, processes=settings.web_processes)


@main.command()
@click.option("--with-edge", is_flag=True, help="Serve the redirects on the same port, in front.")
@_worded
def web(*, with_edge: bool) -> None:
    """Serve webhooks, API and console."""
    from workers.web import serve

    settings = _settings()
    target = "wsgi:application" if with_edge else "wsgi:web"
    serve(settings, target, threads=settings.web_threads, processes=settings.web_processes)


@main.command()
@click.argument("queue", type=click.Choice(["sends", "clicks", "outcomes", "webhooks"]))
@_worded
def worker(queue: str) -> None:
    """Work one queue; ``webhooks`` are what the database says is due."""
    if queue == "webhooks":
        from workers.webhook_worker import work as call_webhooks

        call_webhooks(_factory())
        return
    from workers.queue_worker import work

    work(_settings(), queue)


@main.command("ship")
@click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@_worded
def ship_command(directory: Path | None) -> None:
    """Bring clicks from the journal to the database; with DIRECTORY, those that a dead machine left there, and end."""
    from workers import ship_process

    if directory is None:
        ship_process.serve(ship_process.shipper(_factory()))
    elif not ship_process.drain(ship_process.shipper_by_hand(_ready_factory(), directory)):
        sys.exit(1)


@main.command("schedule")
@_worded
def schedule_command() -> None:
    """Do what is due every second, minute and night."""
    from workers import schedule
    from workers.duties import duties

    schedule.run(duties(_factory()), threading.Event())


@main.command()
@_worded
def migrate() -> None:
    """Bring the database to this version's schema."""
    from app.store.schema import upgrade

    upgrade(_factory().engine)
    click.echo("The database has the schema of this version.")


@main.group()
def account() -> None:
    """Accounts."""


@account.command("create")
@click.argument("name")
@click.option("--domain", required=True, help="The host of its links, taken as verified.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@_worded
def account_create(name: str, domain: str, *, as_json: bool) -> None:
    """Make an account with smart URLs on; works beside a running hub."""
    from app.flow.create_account import create_account

    factory = _ready_factory()
    with factory.transaction() as session:
        created = create_account(session, name, domain, now=factory.clock())
    shown = {
        "account": created.account.slug,
        "api_key": created.api_key,
        "signing_secret": created.signing_secret,
    }
    if as_json:
        click.echo(json.dumps(shown))
        return
    click.echo("\n".join(f"{name:15} {value}" for name, value in {**shown, "domain": created.host}.items()))
    click.echo("The key and the secret are not shown again.")


@main.command()
@click.option("--url", help="The hub's address; the local one when left out.")
@click.option("--account", "slug", default="demo", show_default=True)
@click.option("--api-key", help="The account's key; the demo account's when left out.")
@_worded
def demo(url: str | None, slug: str, api_key: str | None) -> None:
    """Walk the whole story against a running hub and print each step."""
    from app.demo import Walk, WalkError
    from app.first_start import demo_secrets

    settings = _settings()
    key = api_key or demo_secrets(settings).get("api_key")
    if key is None:
        raise click.ClickException("No demo account is known here: give --account and --api-key.")
    try:
        Walk(url or f"http://127.0.0.1:{settings.port}", slug, key, say=click.echo).run()
    except WalkError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@_worded
def audit() -> None:
    """Compare every counter with the raw rows; ends with 1 when one differs."""
    from app.flow.rebuild_counters import audit_counters

    differences = audit_counters(transaction=_ready_factory().reading)
    for found in differences:
        click.echo(f"{found.account_id} {found.counter}: counted {found.counted}, rows say {found.rows}")
    click.echo(f"{len(differences)} counters differ from their rows." if differences else "Every counter is right.")
    sys.exit(1 if differences else 0)


@main.command()
@_worded
def rebuild() -> None:
    """Build every counter again from the raw rows."""
    from app.flow.rebuild_counters import rebuild_counters

    click.echo(f"{rebuild_counters(transaction=_ready_factory().transaction)} counters were built again.")


@main.command()
@click.option("--since", type=click.DateTime(), help="Leave visits before this moment (UTC) as they are.")
@_worded
def reclassify(since: datetime | None) -> None:
    """Run today's rules over the stored visits and correct what was counted and earned by them."""
    from app.flow.reclassify_visits import reclassify_visits

    factory = _ready_factory()
    moment = since.replace(tzinfo=UTC) if since else None
    revised = reclassify_visits(transaction=factory.transaction, now=factory.clock(), since=moment)
    click.echo(f"{revised} verdicts were revised.")


if __name__ == "__main__":
    main()
