"""The account that the API key opens."""

from flask import Response

from app.domain.message import Unrewritten
from app.flow.change_account import change_account as store_changes
from app.store.accounts import Account
from app.web.answers import json_response
from app.web.callers import verify_api
from app.web.documents import Resource
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import AccountChangeSchema, AccountSchema

resource = Resource("account", "/api/v1/account", "The account and its switch.")


@resource.view("", answers=AccountSchema)
def show_account() -> Response:
    """Read the account."""
    return _answer(verify_api().account)


@resource.view("", method="PATCH", answers=AccountSchema, takes=(AccountChangeSchema,))
def change_account() -> Response:
    """Switch smart URLs on or off, and choose how links and texts are treated, and when it is quiet.

    Messages from then on are concerned; what was sent stays as it is. What is left out stays, too.
    """
    return _change()


@resource.view("", method="PUT", answers=AccountSchema, takes=(AccountChangeSchema,))
def put_account() -> Response:
    """Change the account, as PATCH does: what is left out stays."""
    return _change()


def _change() -> Response:
    call = verify_api()
    changes = load(AccountChangeSchema(), call.body())
    with parts().transaction() as session:
        account = store_changes(session, call.account.id, changes, now=parts().clock())
    return _answer(account)


def _answer(account: Account) -> Response:
    shown = {
        "account": account.slug,
        "name": account.name,
        "time_zone": account.time_zone,
        "smart_urls": account.smart_urls_since is not None,
        "smart_urls_since": account.smart_urls_since,
        "attribution_days": account.attribution_days,
        "retention_days": account.retention_days,
        "visits_since": account.visits_since,
        "unrewritten": Unrewritten(account.unrewritten),
        "schemeless_links": account.schemeless_links,
        "plain_sms": account.plain_sms,
        "canary_links": account.canary_links,
        "sms_per_second": account.sms_per_second,
        "quiet_hours": {"begins": account.quiet_from, "ends": account.quiet_to} if account.quiet_from else None,
        "help_text": account.help_text,
    }
    return json_response(AccountSchema().dump(shown))
