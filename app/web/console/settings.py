"""Settings: how the account's links, texts and figures are treated."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import InvalidInputError
from app.domain.message import Unrewritten
from app.flow.change_account import change_account
from app.store.accounts import Account
from app.web.console.forms import Form, refused, typed
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.parts import parts
from app.web.schemas.loading import load
from app.web.schemas.resources import AccountChangeSchema

_TICKS = ("smart_urls", "schemeless_links", "plain_sms", "canary_links")
_NUMBERS = ("attribution_days", "sms_per_second")
_QUIET = ("quiet_from", "quiet_to")
_FIELDS = ("name", "time_zone", "unrewritten", "help_text", "retention_days", *_NUMBERS, *_QUIET, *_TICKS)
_UNREWRITTEN = (
    (Unrewritten.SEND.value, "Send it as it was", "The message goes out, its links untouched, and says so."),
    (Unrewritten.HOLD.value, "Hold it", "It waits in the outbox until somebody lets it go."),
    (Unrewritten.FAIL.value, "Fail", "Nothing is sent."),
)


def show() -> ResponseReturnValue:
    """Show what the account has chosen."""
    account = signed_in().account
    return _page(account, Form(_values(account)))


def submit() -> ResponseReturnValue:
    """Write what was chosen."""
    account = signed_in().account
    values = typed(_FIELDS)
    try:
        with parts().transaction() as session:
            change_account(session, account.id, _read(values), now=parts().clock())
    except InvalidInputError as error:
        return _page(account, refused(values, _at_our_fields(error))), 422
    flash("Saved. Messages from now on are treated so.", "success")
    return redirect(url_for("console.settings"), 303)


def _read(values: Mapping[str, str]) -> dict[str, Any]:
    is_quiet = any(values[name].strip() for name in _QUIET)
    body = {
        "name": values["name"],
        "time_zone": values["time_zone"].strip(),
        "unrewritten": values["unrewritten"],
        "help_text": values["help_text"].strip() or None,
        "quiet_hours": {"from": values["quiet_from"].strip(), "to": values["quiet_to"].strip()} if is_quiet else None,
        "retention_days": _number(values["retention_days"]) if values["retention_days"].strip() else None,
        **{name: _number(values[name]) for name in _NUMBERS},
        **{tick: bool(values[tick]) for tick in _TICKS},
    }
    read: dict[str, Any] = load(AccountChangeSchema(), body)
    return read


def _number(typed_number: str) -> int | str:
    digits = typed_number.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else digits


def _at_our_fields(error: InvalidInputError) -> InvalidInputError:
    return InvalidInputError({name.replace("quiet_hours.", "quiet_"): why for name, why in error.errors.items()})


def _values(account: Account) -> dict[str, str]:
    ticks = {tick: "on" for tick in _TICKS[1:] if getattr(account, tick)}
    return {
        "name": account.name,
        "time_zone": account.time_zone,
        "attribution_days": str(account.attribution_days),
        "sms_per_second": str(account.sms_per_second),
        "retention_days": str(account.retention_days or ""),
        "unrewritten": account.unrewritten,
        "help_text": account.help_text or "",
        "quiet_from": account.quiet_from or "",
        "quiet_to": account.quiet_to or "",
        "smart_urls": "on" if account.smart_urls_since else "",
        **ticks,
    }


def _page(account: Account, form: Form) -> str:
    since, kept_since = account.smart_urls_since, account.visits_since
    return render_template(
        "console/settings.html",
        form=form,
        since=moment(since, zone=account.time_zone, now=parts().clock()) if since else None,
        kept_since=moment(kept_since, zone=account.time_zone, now=parts().clock()) if kept_since else None,
        zones=sorted(available_timezones()),
        unrewritten=_UNREWRITTEN,
    )
