"""What the first start makes, and what every start prints: where to look, how to sign in, what to paste."""

import json
import os
import secrets
from typing import Any

import argon2
import click

from app.domain.destination import link_base
from app.factory import Factory
from app.flow.start_demo import ACCOUNT, HOST, LOGIN, start_demo
from app.store.accounts import account_by_slug
from app.store.schema import upgrade
from config.settings import Settings

_SECRETS = "demo.json"


def prepare(factory: Factory) -> None:
    """Bring the database to this version; where there is no demo account yet, store it and queue its two messages."""
    upgrade(factory.engine)
    password = secrets.token_urlsafe(9)
    with factory.transaction() as session:
        if account_by_slug(session, ACCOUNT):
            return
        demo = start_demo(session, password_hash=argon2.PasswordHasher().hash(password), now=factory.clock())
        # Before the commit: an account whose key nobody was told would be of no use.
        _keep_secrets(
            factory.settings,
            {
                "login": LOGIN,
                "password": password,
                "account": demo.created.account.slug,
                "api_key": demo.created.api_key,
                "signing_secret": demo.created.signing_secret,
                "shared_path": demo.shared_path,
            },
        )
    factory.queue.send(demo.message_ids)


def _keep_secrets(settings: Settings, shown: dict[str, str]) -> None:
    path = settings.data_dir / _SECRETS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(shown, file, indent=1)


def demo_secrets(settings: Settings) -> dict[str, Any]:
    """Return the demo account's login, password, key and secret; empty when this folder has none."""
    try:
        kept: dict[str, Any] = json.loads((settings.data_dir / _SECRETS).read_text())
    except FileNotFoundError:
        return {}
    return kept


def announce(settings: Settings) -> None:
    """Print what a newcomer needs next."""
    kept = demo_secrets(settings)
    click.echo(f"\nThroughline is up at {settings.public_url} (Ctrl-C stops it, losing nothing)\n")
    if not kept:
        return
    hooks, api = f"{settings.public_url}/hooks/{kept['account']}", f"{settings.public_url}/api/v1"
    click.echo(f"  Console   {settings.public_url}/console/outbox")
    click.echo(f"  Login     {kept['login']}   password  {kept['password']}")
    click.echo(f"  API key   {kept['api_key']}\n")
    bearer = f"-H 'Authorization: Bearer {kept['api_key']}'"
    sends = f"{bearer} -H 'Content-Type: application/json'"
    click.echo("Send an email:\n")
    click.echo(
        f"curl -sS -w '\\n' {hooks}/triggers {sends} -d '"
        '{"channel": "email", "template": "invite-friends", "campaign": "spring",'
        ' "contact": {"email": "ada@example.com", "first_name": "Ada"}}\'\n'
    )
    friend = link_base(HOST, settings.port) + kept.get("shared_path", "")
    click.echo(f"Be the friend whom John sent his link on WhatsApp: open {friend}")
    click.echo("in a browser (example.com stands for the shop), and have the shop tell us of your order:\n")
    click.echo(
        f"curl -sS -w '\\n' {hooks}/orders {sends} -d '"
        '{"order_id": "1001", "total": "49.90", "currency": "EUR", "mbsy": "johndoe"}\'\n'
    )
    click.echo("See which message and channel earned it (GET /api/v1/orders/1001/why tells the reasons):\n")
    click.echo(f"curl -sS -w '\\n' {api}/reports/messages {bearer}\n")
    click.echo("Watch the whole story, step by step: .venv/bin/throughline demo\n")
