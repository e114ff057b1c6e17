"""The real registry of providers, pointed at the vendors' stand-ins."""

from pathlib import Path

from app.flow.requeue_stuck import requeue_stuck
from config.settings import Settings
from integrations.registry import Registry

HANG_S = 0.2


def registry(**given):
    fields = {
        "host": "127.0.0.1",
        "port": 8000,
        "data_dir": Path("unused"),
        "database_url": "sqlite://",
        "redis_url": "",
        "public_url": "https://hub.example.com",
        "secret_keys": ("0123456789abcdef",),
        "twilio_api_base": "",
        "sendgrid_api_base": "",
        "web_processes": 1,
        "web_threads": 1,
        "send_workers": 1,
        "provider_timeout_s": HANG_S,
    }
    return Registry(Settings(**fields | given))


def wait_for_the_sweep(shop, wait):
    """Let time pass, and return which of the shop's messages the sweep wakes."""
    shop.now += wait
    woken = requeue_stuck(transaction=shop.transaction, now=shop.now).messages
    return [message_id for batch in woken for message_id in batch]
