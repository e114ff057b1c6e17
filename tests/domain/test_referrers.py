"""The referrer's platform, beside the link's own."""

import pytest

from app.domain.referrers import disagrees, referrer_platform


@pytest.mark.parametrize(
    ("referrer", "platform"),
    [
        ("https://l.facebook.com/", "facebook"),
        ("https://M.Facebook.com:443/x?u=1", "facebook"),
        ("http://t.co/abc", "x"),
        ("android-app://com.whatsapp/", "whatsapp"),
        ("android-app://org.telegram.messenger", "telegram"),
        ("https://away.vk.com/away.php", "vk"),
        ("https://mail.google.com/mail/u/0/", "email"),
        ("https://www.google.com/", None),
        ("https://facebook.com.evil.example/", None),
        ("https://notfacebook.com/", None),
        ("https://facebook.com@evil.example/", None),
        ("//[", None),
        ("", None),
        ("https://shop.example/?u=facebook.com", None),
    ],
)
def test_a_referrer_is_known_by_its_host(referrer, platform):
    assert referrer_platform(referrer) == platform


@pytest.mark.parametrize(
    ("platform", "referrer", "wrong"),
    [
        ("whatsapp", "facebook", True),
        ("facebook", "facebook", False),
        ("facebook", None, False),
        (None, "facebook", False),
        ("copy", "facebook", False),
    ],
)
def test_a_link_that_turns_up_elsewhere_disagrees(platform, referrer, wrong):
    assert disagrees(platform, referrer) is wrong
