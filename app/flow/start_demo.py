"""The first start: an account to try everything with, and its first email and text."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.destination import shared_path
from app.domain.message import Channel, ContactDetails, Goal, LinkOptions, Trigger
from app.domain.sharing import PLATFORMS
from app.flow.accept_trigger import accept_trigger
from app.flow.create_account import NewAccount, create_account
from app.flow.enrol_advocate import enrol_advocate
from app.flow.put_campaign import put_campaign
from app.flow.put_template import put_template
from app.store.accounts import Account, add_user
from app.store.base import Session
from app.store.campaigns import Campaign
from app.store.identities import save_contact
from app.store.messages import message_by_id
from app.store.templates import Template

ACCOUNT = "demo"
HOST = "demo.localhost"
LOGIN = "demo@example.com"
_SHARE_CODE = "johndoe"
_JOHN = ContactDetails(
    external_id="demo-1", email="john@example.com", phone="+15005550006", first_name="John", last_name="Doe"
)
_LANDING = "https://example.com/spring?utm_source=throughline"
_EMAIL_HTML = """\
<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;background-color:#f4f1ea;font-family:Arial,Helvetica,sans-serif;color:#22313a">
<table role="presentation" width="100%" border="0" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" border="0" cellpadding="32" cellspacing="0"
  style="max-width:560px;background-color:#ffffff;border-radius:12px"><tr><td>
<h1 style="margin:0 0 16px;font-size:24px">Hello {{ contact.first_name | default: "there" }},</h1>
<p style="font-size:16px;line-height:24px">your friends get 10 % off their first order, and so do you,
for each of them. Pick where to share:</p>
{% sharing_widget whatsapp, facebook, x, email, copy %}
<p style="font-size:16px;line-height:24px">Your own link: <a href="{{ campaign_link }}">{{ campaign_link }}</a></p>
<p style="font-size:16px;line-height:24px">New this week:
<a href="https://example.com/new?utm_campaign=spring&amp;sort=price">have a look</a>.</p>
<p style="font-size:13px;color:#5b6a72"><a href="https://example.com/legal/terms">Terms</a> ·
<a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
</td></tr></table>
</td></tr></table>
</body>
</html>
"""
_EMAIL_TEXT = """\
Hello {{ contact.first_name | default: "there" }},

your friends get 10 % off their first order, and so do you, for each of them:
{% sharing_widget whatsapp, facebook, x, email, copy %}

New this week: https://example.com/new?utm_campaign=spring&sort=price

No more of these: {{ unsubscribe_url }}
"""
_SMS_TEXT = (
    "Hi {{ contact.first_name }}, 10 % off for you and a friend: share with one tap {{ share.whatsapp }}"
    " or shop now https://example.com/sale"
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the first start made."""

    created: NewAccount
    message_ids: tuple[str, ...]
    shared_path: str
    """Where John's friends would come in if he shared the email on WhatsApp; behind ``HOST``."""


_TEMPLATES = (
    Template(
        key="invite-friends",
        channel=Channel.EMAIL,
        name="Invite friends",
        goal=Goal.SHARE,
        subject="{{ contact.first_name }}, share 10 % with a friend",
        html=_EMAIL_HTML,
        text=_EMAIL_TEXT,
        automation="welcome-series",
    ),
    Template(
        key="invite-friends-sms",
        channel=Channel.SMS,
        name="Invite friends by text",
        goal=Goal.ORDER,
        text=_SMS_TEXT,
        automation="welcome-series",
    ),
)


def start_demo(session: Session, *, password_hash: str, now: datetime) -> Demo:
    """Store the demo account with a campaign, the advocate ``johndoe``, two templates and two messages to send."""
    created = create_account(session, ACCOUNT, HOST, now=now)
    account = created.account
    add_user(session, account.id, email=LOGIN, password_hash=password_hash, role="owner", now=now)
    campaign = put_campaign(
        session,
        account,
        key="spring",
        name="Spring: give 10 %, get 10 %",
        landing_url=_LANDING,
        share_text="I like this shop. Here is 10 % off your first order:",
        enrolment={},
        now=now,
    )
    john = save_contact(session, account.id, _JOHN, now)
    enrol_advocate(session, account.id, campaign, john, share_code=_SHARE_CODE, now=now)
    ids = []
    for template in _TEMPLATES:
        put_template(session, account, template, now=now)
        ids.append(accept_trigger(session, account, _trigger(template, campaign), now=now).message_id)
    return Demo(created, tuple(ids), _shared_path(session, account, ids[0]))


def _trigger(template: Template, campaign: Campaign) -> Trigger:
    return Trigger(
        channel=Channel(template.channel),
        contact=_JOHN,
        key=f"first-{template.channel}",
        template=template.key,
        campaign=campaign.key,
        links=LinkOptions(skip=("https://example.com/legal*",)),
    )


def _shared_path(session: Session, account: Account, message_id: str) -> str:
    message = message_by_id(session, account.id, message_id)
    return shared_path(message.share_token, PLATFORMS["whatsapp"].letter, _SHARE_CODE) if message else ""
