"""What came of one link, whichever kind it is."""

from app.domain.destination import parse_path, press_path, shared_path, tracked_path
from app.domain.visit import Verdict
from app.store.link_figures import find_link, link_figures
from tests.flow.story import both_databases


def figures(shop, path):
    link = shop.in_one(find_link, shop.account.id, parse_path(path))
    return link and shop.in_one(link_figures, shop.account.id, link)


@both_databases
def test_each_kind_of_link_has_the_figures_of_its_own_visits(shop, other_shop):
    message = shop.invited()
    advocate = shop.advocate(message)
    friend = shop.friend(message, minutes=3)
    shop.record(
        shop.click(message, minutes=1),
        shop.click(message, minutes=2),
        shop.click(message, minutes=2, verdict=Verdict.MACHINE),
        shop.press(message, minutes=2),
        friend,
        shop.friend(message, "x", minutes=4),
        shop.plain(message, minutes=5),
    )
    shop.order(mbsy_source=friend.id)
    shared = shared_path(message.share_token, "w", advocate.share_code)
    own = figures(shop, tracked_path(message.code, 0))
    assert (own.clicks, own.unique_clicks, own.machine_clicks, own.orders) == (2, 1, 1, 0)
    passed_on = figures(shop, shared)
    assert (passed_on.clicks, passed_on.orders, passed_on.revenue) == (1, 1, [{"currency": "EUR", "amount": "49.90"}])
    assert figures(shop, press_path(message.code, "w")).shares == 1
    assert figures(shop, f"/{advocate.share_code}").clicks == 1
    assert figures(shop, shared_path(advocate.share_token, "w", "")).clicks == 0
    for path in (tracked_path(message.code, 9), press_path(message.code, "?"), "/nobody", "/-tAAAAAAAAAAA0"):
        assert figures(shop, path) is None
    assert figures(other_shop, shared) is None
