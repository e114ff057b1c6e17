"""The team: who works for the account, as what, and who was asked to."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.addresses import email_address
from app.domain.errors import ConflictError, InvalidInputError, UnknownError
from app.domain.roles import Role
from app.flow.change_team import change_role, invite_colleague, let_go
from app.store.team import invitations, remove_invitation, team
from app.web.console.forms import Form, refused, typed
from app.web.console.moments import moment
from app.web.console.signed_in import signed_in
from app.web.parts import parts

_ROLES = (
    (Role.OWNER.value, "Owner", "May do everything: keys, credentials, domains and the team as well."),
    (Role.MEMBER.value, "Member", "Writes templates and campaigns, and works with messages."),
    (Role.VIEWER.value, "Viewer", "Looks, and changes nothing."),
)


def show() -> ResponseReturnValue:
    """Show everybody."""
    return _page(Form({"role": Role.MEMBER.value}))


def invite() -> ResponseReturnValue:
    """Ask somebody to join. The answer alone holds the link."""
    values = typed(["email", "role"])
    try:
        email = _email(values["email"])
        role = _role(values["role"])
        with parts().transaction() as session:
            token = invite_colleague(session, signed_in().account.id, email=email, role=role, now=parts().clock())
    except InvalidInputError as error:
        return _page(refused(values, error)), 422
    return _page(Form({"role": role}), link=parts().public_url + url_for("console.join", token=token), invited=email)


def withdraw(invitation_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    with parts().transaction() as session:
        if not remove_invitation(session, signed_in().account.id, invitation_id):
            abort(404)
    flash("The invitation is taken back; its link leads nowhere.", "success")
    return redirect(url_for("console.settings_team"), 303)


def set_role(user_id: str) -> ResponseReturnValue:
    """Give somebody another role."""
    try:
        role = _role(typed(["role"])["role"])
        with parts().transaction() as session:
            change_role(session, signed_in().account.id, user_id, role)
        flash("The role is changed.", "success")
    except UnknownError:
        abort(404)
    except (ConflictError, InvalidInputError) as error:
        flash(str(error), "danger")
    return redirect(url_for("console.settings_team"), 303)


def remove(user_id: str) -> ResponseReturnValue:
    """Let somebody in no more; they are signed out at once."""
    try:
        with parts().transaction() as session:
            let_go(session, signed_in().account.id, user_id)
        flash("They are let in no more.", "success")
    except UnknownError:
        abort(404)
    except ConflictError as error:
        flash(str(error), "danger")
    return redirect(url_for("console.settings_team"), 303)


def _email(typed_address: str) -> str:
    try:
        return email_address(typed_address.strip())
    except ValueError as error:
        raise InvalidInputError({"email": [str(error)]}) from error


def _role(role: str) -> str:
    if role not in set(Role):
        raise InvalidInputError({"role": ["Choose one of the roles."]})
    return role


def _page(form: Form, *, link: str = "", invited: str = "") -> str:
    here = signed_in()
    now = parts().clock()
    with parts().reading() as session:
        people = team(session, here.account.id)
        asked = invitations(session, here.account.id, now)
    return render_template(
        "console/settings_team.html",
        form=form,
        link=link,
        invited=invited,
        roles=_ROLES,
        me=here.user.id,
        people=[(one, moment(one.created_at, zone=here.account.time_zone, now=now)) for one in people],
        asked=[(one, moment(one.expires_at, zone=here.account.time_zone, now=now)) for one in asked],
    )
