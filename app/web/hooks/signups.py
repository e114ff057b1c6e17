"""Signups: another system tells that somebody enrolled."""

from flask import Response

from app.flow.record_signup import record_signup
from app.store.accounts import domains
from app.store.base import Session
from app.web.addresses import share_url
from app.web.answers import Reply, answer_once
from app.web.callers import verify_hook
from app.web.hooks.routes import hook
from app.web.parts import parts
from app.web.schemas.replies import SignupReply
from app.web.schemas.signup import SignupSchema, read_signup

resource = hook("signups", "Another system tells who enrolled.")


@resource.view("/signups", method="POST", answers=SignupReply, status=202, takes=(SignupSchema,))
def receive_signup(account: str) -> Response:
    """Make somebody an advocate; who is one already gets the same share code again."""
    call = verify_hook(account)
    body = call.body()
    signup = read_signup(body)

    def work(session: Session) -> Reply:
        enrolled = record_signup(
            session,
            call.account,
            signup.details,
            campaign=signup.campaign,
            mbsy=signup.mbsy,
            mbsy_source=signup.mbsy_source,
            share_code=signup.share_code,
            now=parts().clock(),
        )
        advocate = {
            "id": enrolled.advocate.id,
            "share_code": enrolled.advocate.share_code,
            "share_url": share_url(enrolled.advocate.share_code, domains(session, call.account.id)),
            "campaign": enrolled.campaign.key,
        }
        wake = {"signup": enrolled.signup_id} if enrolled.signup_id else {}
        return Reply({"advocate": advocate}, attribute=wake)

    return answer_once(call, body, work)
