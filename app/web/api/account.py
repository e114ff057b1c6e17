"""The account that the API key opens."""

from flask import Response

from app.store.accounts import Account, account_by_id, set_smart_urls
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
    """Switch smart URLs on or off.

    Messages from then on are concerned; what was sent stays as it is.
    """
    call = verify_api()
    wanted = load(AccountChangeSchema(), call.body())["smart_urls"]
    with parts().transaction() as session:
        account = account_by_id(session, call.account.id)
        if wanted != (account.smart_urls_since is not None):
            set_smart_urls(session, account.id, parts().clock() if wanted else None)
            account = account_by_id(session, account.id)
    return _answer(account)


def _answer(account: Account) -> Response:
    shown = {
        "account": account.slug,
        "name": account.name,
        "time_zone": account.time_zone,
        "smart_urls": account.smart_urls_since is not None,
        "smart_urls_since": account.smart_urls_since,
        "attribution_days": account.attribution_days,
    }
    return json_response(AccountSchema().dump(shown))
