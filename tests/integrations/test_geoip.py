"""The country of a network, from a GeoIP file; the reader's package is a stand-in here, for it is an extra."""

import sys
from types import SimpleNamespace

import pytest

from integrations.geoip import GeoIpError, countries

FILE = {
    "203.0.113.0": {"country": {"iso_code": "BE"}, "registered_country": {"iso_code": "NL"}},
    "198.51.100.0": {"registered_country": {"iso_code": "NL"}},
    "192.0.2.0": {"continent": {"code": "EU"}},
}


class Reader:
    def get(self, network):
        if not network or network == "unknown":
            raise ValueError("not an address")
        return FILE.get(network)


def opened(path):
    if path.endswith("broken.mmdb"):
        raise ValueError("not a MaxMind DB")
    return Reader()


@pytest.fixture
def package(monkeypatch):
    monkeypatch.setitem(sys.modules, "maxminddb", SimpleNamespace(open_database=opened))


@pytest.mark.parametrize(
    ("network", "code"),
    [
        ("203.0.113.0", "BE"),
        ("198.51.100.0", "NL"),
        ("192.0.2.0", None),
        ("2001:db8::", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_a_networks_country_is_told_where_the_file_knows_it(package, tmp_path, network, code):
    assert countries(tmp_path / "country.mmdb")(network) == code


def test_a_file_that_is_none_is_refused_in_one_line(package, tmp_path):
    with pytest.raises(GeoIpError, match=r"broken\.mmdb cannot be read: not a MaxMind DB"):
        countries(tmp_path / "broken.mmdb")


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(GeoIpError, match="throughline\\[geoip\\]"):
        countries(tmp_path / "country.mmdb")
