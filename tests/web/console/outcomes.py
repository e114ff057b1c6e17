"""An order with the share and the click that earned it."""

from datetime import timedelta

from app.domain.attribution import Chain, Reason, Standing
from app.domain.ids import new_id
from app.store.orders import OrderRow
from app.store.shares import add_shares
from tests.web.console.small_hub import NOW
from tests.web.console.visits import add_visit


def add_credited_order(hub, number, *, message_id, advocate_id, account=None):
    """Store an order that came by WhatsApp through a message: pressed, followed and placed in three minutes."""
    account_id = (account or hub.account).id
    share_id = new_id()
    with hub.transaction() as session:
        press = {
            "id": share_id, "account_id": account_id, "at": NOW + timedelta(minutes=1), "message_id": message_id,
            "advocate_id": advocate_id, "campaign_id": None, "platform": "whatsapp", "verdict": "human", "signals": [],
            "rules": 1, "ip": "", "user_agent": "",
        }  # fmt: skip
        add_shares(session, [press])
        click_id = add_visit(
            session, account_id, kind="shared", message_id=message_id, advocate_id=advocate_id, platform="whatsapp",
            at=NOW + timedelta(minutes=2),
        )  # fmt: skip
        session.add(
            OrderRow(
                id=new_id(),
                account_id=account_id,
                order_id=number,
                status="paid",
                total_minor=12990,
                refunded_minor=0,
                currency="USD",
                at=NOW + timedelta(minutes=3),
                created_at=NOW,
                woken_at=NOW,
                is_open=False,
                is_disputed=False,
                standing=Standing.ATTRIBUTED,
                reason=Reason.NAMED_CLICK,
                chain=Chain.SHARED_CLICK,
                click_id=click_id,
                share_id=share_id,
                message_id=message_id,
                advocate_id=advocate_id,
                platform="whatsapp",
            )
        )
