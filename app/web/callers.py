"""Who is calling: an API key, or a signature by the account's own secret. Decided before a body is read as JSON."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.domain.errors import UnauthenticatedError, UnknownError
from app.store.accounts import Account, account_by_api_key, account_by_slug, signing_secret
from app.store.integrations import integrations
from app.web import json_body
from app.web.parts import parts
from integrations import sendgrid_events, standard_webhooks, twilio_callbacks
from integrations.protocol import ForgedError, Shop, ShopCall

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Call:
    """One verified call."""

    account: Account
    raw: bytes
    webhook_id: str | None = None
    """The id that every retry of a signed call repeats."""

    def body(self) -> dict[str, Any]:
        """Return the body as a JSON object."""
        json_body.check_is_json(request.mimetype, request.headers.get("Content-Encoding"))
        return json_body.read_object(self.raw)

    def key(self) -> str | None:
        """Return the caller's own key for this call, under which it happens once."""
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return self.webhook_id
        if not _KEY.fullmatch(given):
            raise BadRequest("An Idempotency-Key is 1 to 255 visible ASCII characters.")
        return given


def verify_api() -> Call:
    """Return the call of whoever holds an API key.

    Raises:
        UnauthenticatedError: no key, or one that opens nothing.
    """
    raw = _raw_body()
    key = _bearer()
    if key is None:
        raise UnauthenticatedError("Send the header Authorization: Bearer <api key>.")
    return Call(_account_of(key), raw)


def verify_hook(slug: str) -> Call:
    """Return a call to an account's webhooks, by its API key or signed with its secret.

    Raises:
        UnauthenticatedError: neither, or one that does not fit.
        UnknownError: a good key, but of another account.
    """
    raw = _raw_body()
    key = _bearer()
    if key is not None:
        account = _account_of(key)
        if account.slug != slug:
            raise UnknownError("account", slug[:100])
        return Call(account, raw)
    if standard_webhooks.SIGNATURE_HEADER not in request.headers:
        raise UnauthenticatedError("Send an API key as Authorization: Bearer, or sign the call (Standard Webhooks).")
    return _verify_signature(slug, raw)


def verify_shop(slug: str, name: str, shop: Shop) -> tuple[Account, ShopCall]:
    """Return a call of an account's shop, signed with the secret that the account has set for it.

    Raises:
        UnauthenticatedError: no such account, no secret, or no signature that fits.
    """
    call = ShopCall({header.lower(): value for header, value in request.headers.items()}, _raw_body())
    account, credentials = _account_and_credentials(slug, name)
    if account is not None and shop.is_ping(call):
        return account, call
    try:
        shop.verify(call, credentials, parts().clock())
    except ForgedError as error:
        raise UnauthenticatedError(str(error)) from error
    if account is None:
        raise UnauthenticatedError("No signature fits the body.")
    return account, call


def verify_twilio(slug: str) -> Call:
    """Return a call that Twilio has signed with a token of the account's, for the address that Twilio was given.

    Raises:
        UnauthenticatedError: it has not.
    """
    # Twilio signs the address it knows; what a proxy made of it on the way here does not matter.
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{parts().public_url}{request.path}{query}"

    def verify(credentials: Mapping[str, str], raw: bytes) -> None:
        twilio_callbacks.verify_callback(
            credentials, url, content_type=request.content_type or "", body=raw, headers=dict(request.headers)
        )

    return _verify_provider(slug, twilio_callbacks.NAME, verify)


def verify_sendgrid(slug: str) -> Call:
    """Return a call that SendGrid has signed, a moment ago, for a key of the account's.

    Raises:
        UnauthenticatedError: it has not.
    """

    def verify(credentials: Mapping[str, str], raw: bytes) -> None:
        sendgrid_events.verify_events(credentials, body=raw, headers=dict(request.headers), now=parts().clock())

    return _verify_provider(slug, sendgrid_events.NAME, verify)


def _verify_provider(slug: str, name: str, verify: Callable[[Mapping[str, str], bytes], None]) -> Call:
    raw = _raw_body()
    account, credentials = _account_and_credentials(slug, name)
    try:
        verify(credentials, raw)
    except ForgedError as error:
        raise UnauthenticatedError(str(error)) from error
    if account is None:
        raise UnauthenticatedError("No signature fits the call.")
    return Call(account, raw)


def _account_and_credentials(slug: str, name: str) -> tuple[Account | None, Mapping[str, str]]:
    """Return an account and what it has set for an integration; nothing where there is none."""
    if not _SLUG.fullmatch(slug):
        return None, {}
    with parts().reading() as session:
        account = account_by_slug(session, slug)
        return account, integrations(session, account.id).get(name, {}) if account else {}


def _raw_body() -> bytes:
    raw = request.get_data()
    # Of a body that comes in chunks, the framework reads what is allowed and drops the rest in silence.
    if request.content_length is None and len(raw) >= parts().max_body_bytes:
        raise RequestEntityTooLarge
    return raw


def _verify_signature(slug: str, raw: bytes) -> Call:
    secret = account = None
    if _SLUG.fullmatch(slug):
        with parts().reading() as session:
            account = account_by_slug(session, slug)
            secret = signing_secret(session, account.id) if account else None
    try:
        webhook_id = standard_webhooks.verify(dict(request.headers), raw, [secret] if secret else [], parts().clock())
    except ForgedError as error:
        raise UnauthenticatedError(str(error)) from error
    if account is None:
        raise UnauthenticatedError("No signature fits the body.")
    if not _KEY.fullmatch(webhook_id):
        raise BadRequest("A webhook-id is 1 to 255 visible ASCII characters.")
    return Call(account, raw, webhook_id)


def _account_of(key: str) -> Account:
    # Found by its digest, so the time it takes says nothing of the key.
    with parts().reading() as session:
        account = account_by_api_key(session, key)
    if account is None:
        raise UnauthenticatedError("This API key opens nothing here.")
    return account


def _bearer() -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
