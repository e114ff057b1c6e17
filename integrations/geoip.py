"""The country of a network, from a GeoIP file in MaxMind's format.

Source: https://maxmind.github.io/MaxMind-DB/ (format); the field ``country.iso_code`` of GeoLite2 and its like.
"""

import importlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

_KEPT = 50_000


class GeoIpError(Exception):
    """The file cannot be used; the message says why in one line."""


def countries(path: Path) -> Callable[[str], str | None]:
    """Return what tells a network's country by two letters, None for one that the file does not know.

    Visitors' addresses are kept without their last part, so it is the network that is looked up: a country is as
    good as ever, a town would not be.

    Raises:
        GeoIpError: the package is not installed, or the file is none.
    """
    try:
        # An extra: whoever has no such file needs no reader of it.
        package = importlib.import_module("maxminddb")
    except ImportError as error:
        raise GeoIpError("GEOIP_FILE needs the package maxminddb: pip install 'throughline[geoip]'") from error
    try:
        reader = package.open_database(str(path))
    except (OSError, ValueError, RuntimeError) as error:
        raise GeoIpError(f"GEOIP_FILE {path} cannot be read: {error}") from error

    @lru_cache(maxsize=_KEPT)
    def country(network: str) -> str | None:
        try:
            return _code(reader.get(network))
        except ValueError:
            return None

    return country


def _code(entry: Any) -> str | None:
    """Return the code of an entry: of where the network is, else of where it is registered."""
    for name in ("country", "registered_country"):
        code = entry.get(name, {}).get("iso_code") if isinstance(entry, dict) else None
        if isinstance(code, str):
            return code
    return None
