"""A hub that a browser can reach, with something on every page of its console."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.domain.counting import Counter, Metric, Subject, quarter_of
from app.domain.webhooks import EventType
from app.flow.redeliver_event import ping_webhook
from app.flow.register_webhook import register_webhook
from app.store.accounts import add_domain, add_user
from app.store.counters import bump
from app.store.orders import order_by_number
from app.store.outcomes import Outcome, add_outcome
from app.store.suppressions import suppress
from app.store.templates import Template, put_template
from tests.renewed_file import RenewedFile
from tests.web.console.outcomes import add_credited_order
from tests.web.console.small_hub import EMAIL, NOW, PASSWORD, SmallHub, small_hub
from tests.web.console.visits import add_visit


@dataclass
class Site:
    """A hub that a browser can reach."""

    hub: SmallHub
    address: str

    def sign_in(self, page: Page) -> None:
        """Sign in as Ada, who owns the account."""
        page.goto(f"{self.address}/console/outbox")
        page.get_by_label("Email address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Outbox")).to_be_visible()


@contextmanager
def served(migrated_file: Path, folder: Path) -> Iterator[Site]:
    """Serve a hub of its own as long as the block lasts."""
    file = RenewedFile(folder / "hub.db")
    file.renew(migrated_file)
    hub = small_hub(file.engine)
    server = make_server("127.0.0.1", 0, hub.flask, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(hub, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()


LONG = "A name that is longer than anybody would like it to be, and wraps: " + "unbroken" * 12

SUPPRESSED = f"{'x' * 60}@example.com"


def fill(hub: SmallHub) -> dict[str, str]:
    """Store something for every page; return the ids that stand in addresses."""
    campaign_id, advocate_id = hub.add_advocate("johndoe")
    message_id = hub.add_message(
        subject=LONG,
        html="<h1>Hello</h1>",
        template="invite",
        campaign_id=campaign_id,
        advocate_id=advocate_id,
        goal="share",
    )
    hub.add_message(channel="sms", recipient="+15005550006", text="Hello Grace", status="unknown")
    add_credited_order(hub, "1001", message_id=message_id, advocate_id=advocate_id)
    with hub.transaction() as session:
        order = order_by_number(session, hub.account.id, "1001")
        assert order
        earned = (1, 1, order.total_minor, order.currency, "email", "invite", "", campaign_id, "whatsapp")
        outcome = Outcome("order", order.id, NOW, *earned, message_id, advocate_id, order.click_id)
        add_outcome(session, hub.account.id, outcome, NOW)
        suppress(session, hub.account.id, "email", SUPPRESSED, reason="stopped", message_id=None, now=NOW)
        add_domain(session, hub.account.id, f"{'x' * 60}.example.com", verified_at=None, now=NOW)
        add_user(session, hub.account.id, email=f"{'x' * 60}@example.com", password_hash="x", role="viewer", now=NOW)
        hook = {"url": f"https://example.com/{'x' * 200}", "events": list(EventType)}
        webhook = register_webhook(session, hub.account.id, hook, private_too=True, now=NOW).webhook
        ping_webhook(session, hub.account.id, webhook.id, now=NOW)
        put_template(session, hub.account.id, Template("invite", "email", LONG, "share", "Hi", "<p>Hi</p>"), NOW)
        for kind, verdict in (("message", "human"), ("shared", "machine")):
            url = f"https://shop.example/{'x' * 200}"
            visit_id = add_visit(session, hub.account.id, kind=kind, verdict=verdict, url=url, message_id=message_id)
        subject = Subject("email", "invite", "welcome", campaign_id, "")
        shared = Subject("email", "invite", "welcome", campaign_id, "whatsapp")
        for days in range(40):
            quarter = quarter_of(NOW - timedelta(days=days))
            counts = {Counter(quarter, subject, metric): 1_000_000 for metric in Metric if metric is not Metric.REVENUE}
            counts[Counter(quarter, shared, Metric.FRIEND_CLICKS)] = 10 + days
            for currency in ("USD", "KWD", "JPY"):
                counts[Counter(quarter, shared, Metric.REVENUE, currency)] = 123_456_789
            bump(session, hub.account.id, counts)
    ids = {"message": message_id, "campaign": campaign_id, "advocate": advocate_id, "webhook": webhook.id}
    return {**ids, "visit": visit_id, "suppressed": SUPPRESSED}
