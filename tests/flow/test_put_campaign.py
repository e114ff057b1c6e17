"""A campaign is written, or written anew."""

import pytest

from app.domain.errors import InvalidInputError
from app.store.campaigns import campaign_by_key
from tests.flow.story import both_databases


@both_databases
def test_a_campaign_written_anew_keeps_its_advocates(shop):
    first = shop.campaign()
    advocate = shop.signup().advocate
    again = shop.campaign(landing_url="https://shop.example/autumn")
    assert (again.id, again.landing_url) == (first.id, "https://shop.example/autumn")
    assert shop.signup().advocate == advocate


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/spring", "", "ftp://shop.example/", "https://", "shop"])
def test_an_address_that_friends_cannot_be_sent_to_is_refused(shop, address):
    with pytest.raises(InvalidInputError, match="landing_url"):
        shop.campaign(landing_url=address)
    assert shop.in_one(campaign_by_key, shop.account.id, "spring") is None


def test_each_account_has_its_own(shop, other_shop):
    assert shop.campaign().id != other_shop.campaign().id
