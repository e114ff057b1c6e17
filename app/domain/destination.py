"""Our own addresses, built and read back in one place, and the landing each of them leads to.

The forms (INTERFACE §4): ``/-t{code}{index}``, ``/-s{code}{letter}``, ``/-i{token}{letter}/{share code}`` and
``/{share code}``; the first three may follow one segment of the sender's choice (``/gala2021/-t…``).
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

import idna

from app.domain.ids import decode_index, encode_index
from app.domain.visit import LinkKind

_CODE = "([0-9A-Za-z]{11})"
_PREFIX = "(?:/[^/-][^/]*)?/-"
# Only the shortest spelling of an index is ours: one link, one address.
_TRACKED = re.compile(f"{_PREFIX}t{_CODE}(0|[1-9A-Za-z][0-9A-Za-z]{{0,3}})/?")
_PRESS = re.compile(f"{_PREFIX}s{_CODE}([0-9A-Za-z])/?")
_SHARED = re.compile(f"{_PREFIX}i{_CODE}([0-9A-Za-z])(?:/(.*))?", re.DOTALL)
_OURS = re.compile("/-|/([^/-][^/]*)/-[tsi]")
_MESSAGE = LinkKind.MESSAGE
_LOCAL = re.compile(r"(?:[^.]+\.)*localhost")

_PAGES = ("api", "app", "assets", "bootstrap", "console", "copy", "e", "hooks", "login", "logout", "static", "u")
_PROBES = ("healthz", "metrics", "readyz")
_FILES = (
    "apple-app-site-association",
    "favicon.ico",
    "mbsy.js",
    "robots.txt",
    "sitemap.xml",
    "widget.js",
    "widget.json",
)
RESERVED = frozenset((*_PAGES, *_PROBES, *_FILES))
"""First segments that belong to the hub itself: no share code and no extension may be one."""


class Address(NamedTuple):
    """What an address of ours says; the parts its kind does not have are empty."""

    kind: LinkKind | None
    """None: it looks like ours, but we never issued such an id."""
    code: str = ""
    """The message's code, the share token, or the share code."""
    link_index: int | None = None
    letter: str = ""
    """The platform's."""


UNKNOWN_ADDRESS = Address(None)


@lru_cache(maxsize=1024)
def link_base(host: str, port: int) -> str:
    """Return scheme and host of the links on ``host``; only local names show the hub's ``port``."""
    return f"http://{host}:{port}" if is_local(host) else f"https://{host}"


def is_local(host: str) -> bool:
    """Tell whether ``host`` is a name of this machine itself: localhost, or anything below it."""
    return _LOCAL.fullmatch(host) is not None


@lru_cache(maxsize=1_000)
def normal_host(header: str) -> str:
    """Return the host that a ``Host`` header names: lower case, without port and trailing dot."""
    host = header.strip().lower()
    return host[: host.find("]") + 1] if host[:1] == "[" else host.partition(":")[0].removesuffix(".")


def tracked_path(code: str, index: int) -> str:
    """Return the path of a message's tracked link: ``index`` (from 0) into the message's link set."""
    return f"/-t{code}{encode_index(index)}"


def press_path(code: str, letter: str) -> str:
    """Return the path of a share button in a message."""
    return f"/-s{code}{letter}"


def shared_path(token: str, letter: str, share_code: str) -> str:
    """Return the path of a link that is shared on one platform; the share code is for people's eyes."""
    return f"/-i{token}{letter}/{quote(share_code, safe='')}" if share_code else f"/-i{token}{letter}"


def advocate_path(share_code: str) -> str:
    """Return the path of an advocate's plain link."""
    # Nearly every code is plain, and asking it so is a tenth of quoting it.
    return f"/{share_code}" if share_code.isascii() and share_code.isalnum() else f"/{quote(share_code, safe='')}"


def copy_page(base: str, token: str) -> str:
    """Return the address of our page that shows a shared link to copy."""
    return f"{base}/copy/{token}"


def unsubscribe_path(token: str) -> str:
    """Return the path of the page on which a message's reader unsubscribes."""
    return f"/u/{token}"


_NO_CODE = re.compile(r"^-|[/\\?#%\s\x00-\x1f\x7f]")


def is_share_code(value: str) -> bool:
    """Tell whether ``value`` can be a share code: one segment, at most 32 characters, none of the hub's own names."""
    return 1 <= len(value) <= 32 and value.lower() not in RESERVED and not _NO_CODE.search(value)


def parse_path(path: str) -> Address | None:
    """Return what a percent-decoded ``path`` says; None when it is none of ours (a page, a smart link)."""
    if path[:3] == "/-t":
        # Nearly all are one of a message's first 62 links, which needs no regular expression.
        if len(path) == 15 and path[3:].isalnum() and path.isascii():
            # As Address(...), without a call of Python's.
            return tuple.__new__(Address, (_MESSAGE, path[3:14], decode_index(path[14]), ""))
        return _tracked(path) or UNKNOWN_ADDRESS
    ours = _OURS.match(path)
    if not ours:
        plain = path[1:].removesuffix("/")
        return Address(LinkKind.ADVOCATE, plain) if path[:1] == "/" and is_share_code(plain) else None
    if (ours[1] or "").lower() in RESERVED:
        return None
    return _tracked(path) or _press(path) or _shared(path) or UNKNOWN_ADDRESS


def _tracked(path: str) -> Address | None:
    found = _TRACKED.fullmatch(path)
    index = decode_index(found[2]) if found else None
    return Address(LinkKind.MESSAGE, found[1], index) if found and index is not None else None


def _press(path: str) -> Address | None:
    found = _PRESS.fullmatch(path)
    return Address(LinkKind.PRESS, found[1], None, found[2]) if found else None


def _shared(path: str) -> Address | None:
    found = _SHARED.fullmatch(path)
    return Address(LinkKind.SHARED, found[1], None, found[2]) if found else None


_SCHEME = re.compile(r"(https?):([/\\]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^/\\?#]*")
_PORT = re.compile(r":[0-9]*\Z")
# What browsers take out of an address before they read it; the rest of what a header cannot carry is encoded.
_DROPPED = str.maketrans("", "", "\t\r\n")
_ENDS = "".join(map(chr, range(33)))
_PRINTABLE = "".join(map(chr, range(33, 127)))
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20#/<>?@\\^|%\x7f]")


def landing(url: str, *, mbsy: str | None, campaignid: str | None, mbsy_source: str | None) -> str:
    """Return ``url`` with our parameters behind its own query; always printable ASCII.

    Whatever else the URL holds stays as it is, its fragment included; earlier parameters of the same names go, so
    that a landing page's address which is passed on never carries two.
    """
    names = _given(mbsy=mbsy, campaignid=campaignid, mbsy_source=mbsy_source)
    before, after = _opened(url, frozenset(names))
    said = "&".join(f"{name}={_quoted(value)}" for name, value in names.items())
    return f"{before}{said}{after}" if said else ascii_address(url)


_REPLACED = {
    (False, False): frozenset({"mbsy_source"}),
    (True, False): frozenset({"mbsy", "mbsy_source"}),
    (False, True): frozenset({"campaignid", "mbsy_source"}),
    (True, True): frozenset({"mbsy", "campaignid", "mbsy_source"}),
}
"""What is taken out of an address, by whether there is an advocate and whether there is a campaign."""


def landing_pieces(url: str, *, mbsy: str | None, campaignid: str | None) -> tuple[str, str]:
    """Return what stands before and behind the value of ``mbsy_source`` in the landing of ``url``."""
    before, after = _opened(url, _REPLACED[mbsy is not None, campaignid is not None])
    advocate = "" if mbsy is None else f"mbsy={_quoted(mbsy)}&"
    campaign = "" if campaignid is None else f"campaignid={_quoted(campaignid)}&"
    return f"{before}{advocate}{campaign}mbsy_source=", after


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _quoted(value: str) -> str:
    return value if value.isascii() and value.isalnum() else quote(value, safe="", errors="replace")


@lru_cache(maxsize=2_000)
def _opened(url: str, replaced: frozenset[str]) -> tuple[str, str]:
    """Return the URL cut where parameters can be added, without those that will be ``replaced``."""
    address, sharp, fragment = ascii_address(url).partition("#")
    page, _, query = address.partition("?")
    kept = query
    if any(_name(parameter) in replaced for parameter in query.split("&")):
        kept = "&".join(parameter for parameter in query.split("&") if _name(parameter) not in replaced)
    joint = "" if not kept or kept.endswith("&") else "&"
    return f"{page}?{kept}{joint}", sharp + fragment


def _name(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0])


def ascii_address(url: str) -> str:
    """Return ``url`` as a ``Location`` can carry it: IDN hosts in punycode, other characters percent-encoded.

    Source: https://url.spec.whatwg.org (what browsers do with the same characters).
    """
    stripped = _whole_characters(url).strip(_ENDS).translate(_DROPPED)
    scheme = _SCHEME.match(stripped)
    if not scheme:
        return _encoded(stripped)
    # "https:/host" would be relative to our own address; every other run of slashes reads the same.
    slashes = scheme[2] if len(scheme[2]) > 1 else "//"
    rest = stripped[scheme.end() :]
    authority = _AUTHORITY.match(rest)
    host_and_port = authority[0] if authority else ""
    return f"{scheme[1]}:{slashes}{_ascii_authority(host_and_port)}{_encoded(rest[len(host_and_port) :])}"


def _whole_characters(text: str) -> str:
    """Return ``text`` with U+FFFD for each half of a character; a question mark would begin a query."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _encoded(text: str) -> str:
    return (
        text
        if text.isascii() and " " not in text and text.isprintable()
        else quote(text, safe=_PRINTABLE, errors="replace")
    )


def _ascii_authority(authority: str) -> str:
    if authority.isascii() and authority.isprintable() and " " not in authority:
        return authority
    user, at, host_and_port = authority.rpartition("@")
    port = _PORT.search(host_and_port)
    host = host_and_port[: port.start()] if port else host_and_port
    return f"{_encoded(user)}{at}{_ascii_host(host)}{port[0] if port else ''}"


def _ascii_host(host: str) -> str:
    # As browsers do it: decoded, mapped, then punycode; the registry's stricter rules would refuse names that exist.
    try:
        mapped = idna.uts46_remap(unquote(host), std3_rules=False, transitional=False)
    except idna.IDNAError:
        return _encoded(host)
    if _FORBIDDEN_IN_HOST.search(mapped):
        # Browsers refuse it; decoded, it would be another address.
        return _encoded(host)
    labels = mapped.split(".")
    named = (label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels)
    return _encoded(".".join(named))


def is_web_address(url: str) -> bool:
    """Tell whether ``url`` is an absolute http(s) address that people can be sent to."""
    try:
        check_destination(url)
    except ValueError:
        return False
    return True


def check_destination(url: str) -> str:
    """Return ``url`` without blanks at its ends.

    Raises:
        ValueError: no address to send people to; the message is a sentence for the person who typed it.
    """
    stripped = url.strip(" ")
    if any(character < " " or character == "\x7f" for character in stripped):
        raise ValueError("An address must not hold line breaks or other control characters.")
    scheme = _SCHEME.match(stripped)
    if not scheme or scheme[2] != "//":
        raise ValueError("An address must begin with http:// or https://.")
    authority = _AUTHORITY.match(stripped, scheme.end())
    host_and_port = _ascii_authority(authority[0] if authority else "").rpartition("@")[2]
    port = _PORT.search(host_and_port)
    if port and int(port[0][1:] or 0) > 65_535:
        raise ValueError("An address must not have a port above 65535.")
    host = host_and_port[: port.start()] if port else host_and_port
    if not host.strip(".") or _FORBIDDEN_IN_HOST.search(host) or (":" in host and host[0] != "["):
        raise ValueError("An address must have a host, such as https://shop.example/.")
    return stripped
