"""The way of a shared link through real processes and browsers: enrolment, widget, landing, cart, order, report."""

import pytest

from tests.browser.people import person
from tests.browser.shop_site import ShopSite
from tests.walk.hub import PHONE, Hub, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with Hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        yield hub


def test_an_advocate_enrols_shares_in_the_widget_and_the_friends_cart_names_the_click(hub, chromium):
    with ShopSite() as site:
        tea = hub.account("Tea", "refer.tea.localhost")
        site.hub = f"http://refer.tea.localhost:{hub.port}"
        assert tea.put("campaigns/tea", {"landing_url": f"{site.url}/spring?a=1", "share_text": "Try this:"}).ok
        assert tea.put("integrations/shopify", {"webhook_secret": site.secret}).ok
        with person(chromium) as ada:
            own = ada.enrol(f"{site.hub}/e/tea")
            assert own == f"{site.hub}/adalovelace"
            site.advocate = own.rpartition("/")[2]
            shared = ada.share(f"{site.url}/thanks").removeprefix("Try this: ")
        # Whoever came with Ada's own browser from her own network would be taken for herself.
        with person(chromium, PHONE) as friend:
            landing, cookies = friend.land(shared)
        assert landing.startswith(f"{site.url}/spring?a=1&mbsy=adalovelace&campaignid=tea&mbsy_source=")
        assert {name: cookie["value"] for name, cookie in cookies.items()} == site.attributes
        assert {cookie["domain"] for cookie in cookies.values()} == {".tea.localhost"}
        assert site.order(7001, f"{hub.url}/hooks/{tea.account}/shopify").ok

    def attributed():
        attribution = tea.api("orders/7001")["attribution"]
        return attribution if attribution["status"] == "attributed" and attribution["share_id"] else None

    attribution = eventually(attributed)
    assert (attribution["platform"], attribution["advocate"]) == ("whatsapp", "adalovelace")
    assert attribution["click_id"] == site.attributes["mbsy_source"]
    [channel] = tea.api("reports/channels")["data"]
    assert (channel["platform"], channel["shares"], channel["clicks"], channel["orders"]) == ("whatsapp", 1, 1, 1)
