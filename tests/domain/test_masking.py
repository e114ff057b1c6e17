"""Addresses as strangers may see them."""

import pytest

from app.domain.masking import masked


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ada@example.com", "a…@example.com"),
        ("a@example.com", "a…@example.com"),
        ('"odd@name"@example.com', '"…@example.com'),
        ("+15005550006", "+1…06"),
        ("+4915112345678", "+4…78"),
    ],
)
def test_an_address_is_known_again_by_its_owner_alone(address, shown):
    assert masked(address) == shown
