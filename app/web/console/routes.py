"""The map of the console: every address, the view behind it, and who may use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from app.domain.message import Channel
from app.web.console import (
    advocate,
    campaign,
    campaigns,
    channels,
    join,
    message,
    message_actions,
    message_body,
    order,
    orders,
    outbox,
    people,
    performance,
    sample_removal,
    settings,
    settings_domains,
    settings_integrations,
    settings_keys,
    settings_suppression,
    settings_suppressions,
    settings_team,
    settings_webhook,
    settings_webhooks,
    sign_in,
    stylesheet,
    template,
    template_preview,
    template_test,
    template_version,
    templates,
    visit,
    visitors,
)


class For(IntEnum):
    """Whom an address is for; each may do what those before may, too."""

    STRANGERS = 0
    VIEWERS = 1
    MEMBERS = 2
    OWNERS = 3


@dataclass(frozen=True, slots=True)
class Route:
    """One address and method; a form is for members unless it says otherwise."""

    rule: str
    name: str
    view: Callable[..., Any]
    method: str = "GET"
    whom: For = For.VIEWERS
    defaults: Mapping[str, Any] = field(default_factory=dict)


def _form(rule: str, name: str, view: Callable[..., Any], whom: For = For.MEMBERS) -> Route:
    return Route(rule, name, view, "POST", whom)


_SETTINGS = "/settings"
_WEBHOOK = "/settings/webhooks/<webhook_id>"
_SUPPRESSIONS = "/settings/suppressions"
_SUPPRESSION = "/settings/suppressions/<channel>/<reason>/<path:address>"
ROUTES = (
    Route("/sign-in", "sign_in", sign_in.show, whom=For.STRANGERS),
    _form("/sign-in", "sign_in_submit", sign_in.submit, For.STRANGERS),
    _form("/sign-out", "sign_out", sign_in.sign_out, For.VIEWERS),
    Route("/join/<token>", "join", join.show, whom=For.STRANGERS),
    _form("/join/<token>", "join_submit", join.submit, For.STRANGERS),
    Route("/bootstrap.css", "stylesheet", stylesheet.show, whom=For.STRANGERS),
    Route("/", "overview", performance.show, defaults={"channel": Channel.EMAIL}),
    Route("/sms", "sms", performance.show, defaults={"channel": Channel.SMS}),
    Route("/channels", "channels", channels.show),
    Route("/visitors", "visitors", visitors.show),
    Route("/visitors/<visit_id>", "visit", visit.show),
    Route("/people", "people", people.show),
    Route("/orders", "orders", orders.show),
    Route("/orders/<path:order_id>", "order", order.show),
    _form("/sample/remove", "remove_sample", sample_removal.submit),
    Route("/outbox", "outbox", outbox.show),
    Route("/messages/<message_id>", "message", message.show),
    Route("/messages/<message_id>/body", "message_body", message_body.show),
    _form("/messages/<message_id>/release", "release_message", message_actions.release),
    _form("/messages/<message_id>/resend", "resend_message", message_actions.resend),
    Route("/templates", "templates", templates.show),
    Route("/templates/new/<channel>", "template_new", template.new),
    _form("/templates/new/<channel>", "template_add", template.submit),
    _form("/templates/preview/<channel>", "template_fragment", template_preview.fragment, For.VIEWERS),
    _form("/templates/body/<channel>", "template_body", template_preview.body, For.VIEWERS),
    _form("/templates/test/<channel>", "template_test", template_test.submit),
    Route("/templates/of/<key>", "template", template.show),
    _form("/templates/of/<key>", "template_submit", template.submit),
    _form("/templates/of/<key>/delete", "template_delete", template.remove),
    Route("/templates/of/<key>/<int:version>", "template_version", template_version.show),
    Route("/templates/of/<key>/<int:version>/body", "template_version_body", template_version.body),
    Route("/campaigns", "campaigns", campaigns.show),
    Route("/campaigns/new", "campaign_new", campaign.new),
    _form("/campaigns/new", "campaign_add", campaign.submit),
    Route("/advocates/<share_code>", "advocate", advocate.show),
    Route("/campaigns/of/<key>", "campaign", campaign.show),
    _form("/campaigns/of/<key>", "campaign_submit", campaign.submit),
    _form("/campaigns/of/<key>/delete", "campaign_delete", campaign.remove),
    Route(_SETTINGS, "settings", settings.show),
    _form(_SETTINGS, "settings_submit", settings.submit, For.OWNERS),
    Route("/settings/domains", "settings_domains", settings_domains.show),
    _form("/settings/domains", "domain_add", settings_domains.add, For.OWNERS),
    _form("/settings/domains/<domain_id>/check", "domain_check", settings_domains.check, For.OWNERS),
    _form("/settings/domains/<domain_id>/remove", "domain_remove", settings_domains.remove, For.OWNERS),
    Route("/settings/integrations", "settings_integrations", settings_integrations.show),
    _form("/settings/integrations/<name>", "integration_submit", settings_integrations.submit, For.OWNERS),
    _form("/settings/integrations/<name>/check", "integration_check", settings_integrations.check, For.OWNERS),
    _form("/settings/integrations/<name>/remove", "integration_remove", settings_integrations.remove, For.OWNERS),
    Route("/settings/keys", "settings_keys", settings_keys.show),
    _form("/settings/keys", "key_add", settings_keys.add, For.OWNERS),
    _form("/settings/keys/<key_id>/revoke", "key_revoke", settings_keys.revoke, For.OWNERS),
    Route("/settings/webhooks", "settings_webhooks", settings_webhooks.show),
    _form("/settings/webhooks", "webhook_add", settings_webhooks.add, For.OWNERS),
    Route(_WEBHOOK, "settings_webhook", settings_webhook.show),
    _form(f"{_WEBHOOK}/ping", "webhook_ping", settings_webhook.ping, For.OWNERS),
    _form(f"{_WEBHOOK}/switch", "webhook_switch", settings_webhook.switch, For.OWNERS),
    _form(f"{_WEBHOOK}/secret", "webhook_rotate", settings_webhook.rotate, For.OWNERS),
    _form(f"{_WEBHOOK}/remove", "webhook_remove", settings_webhook.remove, For.OWNERS),
    _form(f"{_WEBHOOK}/<delivery_id>/again", "webhook_redeliver", settings_webhook.redeliver, For.OWNERS),
    Route(_SUPPRESSIONS, "settings_suppressions", settings_suppressions.show),
    _form(_SUPPRESSIONS, "suppression_add", settings_suppressions.add),
    Route(_SUPPRESSION, "settings_suppression", settings_suppression.show),
    _form(_SUPPRESSION, "suppression_lift", settings_suppression.lift),
    Route("/settings/team", "settings_team", settings_team.show),
    _form("/settings/team", "team_invite", settings_team.invite, For.OWNERS),
    _form("/settings/team/<user_id>/role", "team_role", settings_team.set_role, For.OWNERS),
    _form("/settings/team/<user_id>/remove", "team_remove", settings_team.remove, For.OWNERS),
    _form("/settings/invitations/<invitation_id>", "invitation_remove", settings_team.withdraw, For.OWNERS),
)
