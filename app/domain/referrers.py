"""Which platform a visit came from, as far as its Referer header says; the link's own platform goes before it."""

from functools import lru_cache
from urllib.parse import urlsplit

from app.domain.destination import normal_host

_HOSTS = {
    "whatsapp": ("whatsapp.com", "wa.me", "com.whatsapp", "com.whatsapp.w4b"),
    "facebook": ("facebook.com", "fb.com", "fb.me", "messenger.com", "com.facebook.katana", "com.facebook.orca"),
    "instagram": ("instagram.com", "com.instagram.android"),
    "x": ("t.co", "x.com", "twitter.com", "com.twitter.android"),
    "linkedin": ("linkedin.com", "lnkd.in", "com.linkedin.android"),
    "telegram": ("t.me", "telegram.org", "telegram.me", "org.telegram.messenger"),
    "reddit": ("reddit.com", "redd.it", "com.reddit.frontpage"),
    "pinterest": ("pinterest.com", "pin.it", "pinterest.co.uk", "pinterest.de", "pinterest.fr", "com.pinterest"),
    "threads": ("threads.net", "threads.com", "com.instagram.barcelona"),
    "bluesky": ("bsky.app", "xyz.blueskyweb.app"),
    "vk": ("vk.com", "vk.ru", "com.vkontakte.android"),
    "email": (
        "mail.google.com",
        "mail.yahoo.com",
        "outlook.live.com",
        "outlook.office.com",
        "outlook.office365.com",
        "mail.aol.com",
        "mail.proton.me",
        "com.google.android.gm",
    ),
}
"""Hosts of websites, and the names under which Android apps send ``android-app://`` addresses."""
_PLATFORM = {host: platform for platform, hosts in _HOSTS.items() for host in hosts}


@lru_cache(maxsize=10_000)
def referrer_platform(referrer: str) -> str | None:
    """Return the platform that a Referer names, by its host or a host above it; None for any other."""
    if not referrer:
        return None
    try:
        host = normal_host(urlsplit(referrer.strip()).netloc.rpartition("@")[2])
    except ValueError:
        return None
    labels = host.split(".")
    return next((found for start in range(len(labels)) if (found := _PLATFORM.get(".".join(labels[start:])))), None)


def disagrees(platform: str | None, referrer: str | None) -> bool:
    """Tell whether a visit came from another platform than the one for which its link was made."""
    # A copied link, a text or an email may be opened from anywhere.
    return referrer is not None and platform not in (None, "copy", "sms", "email", referrer)
