"""Addresses are read back as they were built; landings keep every byte that is not ours."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.destination import (
    RESERVED,
    UNKNOWN_ADDRESS,
    Address,
    advocate_path,
    check_destination,
    copy_page,
    is_share_code,
    is_web_address,
    landing,
    landing_pieces,
    link_base,
    normal_host,
    parse_path,
    press_path,
    shared_path,
    tracked_path,
)
from app.domain.visit import LinkKind

CODE = "AbCdEfGhIj0"


def land(url):
    return landing(url, mbsy="johndoe", campaignid="spring", mbsy_source="ID")


OURS = "mbsy=johndoe&campaignid=spring&mbsy_source=ID"


@given(st.integers(0, 62**4 - 1))
def test_a_tracked_path_is_read_back(index):
    assert parse_path(tracked_path(CODE, index)) == Address(LinkKind.MESSAGE, CODE, index)


def test_the_other_paths_are_read_back():
    assert parse_path(press_path(CODE, "w")) == Address(LinkKind.PRESS, CODE, None, "w")
    assert parse_path(shared_path(CODE, "w", "johndoe")) == Address(LinkKind.SHARED, CODE, None, "w")
    assert parse_path(advocate_path("johndoe")) == Address(LinkKind.ADVOCATE, "johndoe")
    assert copy_page("https://a.example", CODE) == f"https://a.example/copy/{CODE}"


@pytest.mark.parametrize("tail", ["", "/", "/j\u00f6hn", "/a/b", "/john\n", "/%", "/..."])
def test_the_token_of_a_shared_link_decides_whatever_became_of_its_end(tail):
    assert parse_path(f"/-i{CODE}x{tail}") == Address(LinkKind.SHARED, CODE, None, "x")


@pytest.mark.parametrize("path", [f"/-t{CODE}0", f"/-s{CODE}w", f"/-i{CODE}w/johndoe"])
def test_one_segment_may_stand_in_front(path):
    assert parse_path(f"/gala2021{path}") == parse_path(path)
    assert parse_path(f"/gala 2021!{path}") == parse_path(path)
    assert parse_path(f"/console{path}") is None


@pytest.mark.parametrize(
    "path",
    [
        "/-",
        "/-t",
        "/-x",
        f"/-t{CODE}",
        f"/-t{CODE}00",
        f"/-t{CODE}12345",
        f"/-t{CODE}0/x",
        f"/-s{CODE}",
        f"/-s{CODE}ww",
        f"/-i{CODE}",
        "/-/../",
        "/-\x00",
        f"/-t{CODE}é",
        f"/gala/-t{CODE}",
        f"/-t{CODE[:-1]}-0",
        "/-\ud800",
    ],
)
def test_what_only_looks_like_ours_is_unknown(path):
    assert parse_path(path) is UNKNOWN_ADDRESS


@pytest.mark.parametrize(
    "path",
    ["", "/", "//", "/a/b", "/healthz", "/Console", "x", "*", "/a b", "/a%2Fb", "/" + "x" * 33, "/a/-x", "//-t1"],
)
def test_what_is_not_ours_is_left_to_others(path):
    assert parse_path(path) is None


def test_the_hubs_own_words_are_no_share_codes():
    assert not any(is_share_code(word) for word in RESERVED)
    assert is_share_code("johndoe")
    assert not is_share_code("-johndoe")


def test_only_local_links_show_the_port():
    assert link_base("refer.example.com", 8000) == "https://refer.example.com"
    assert link_base("localhost", 8000) == "http://localhost:8000"
    assert link_base("demo.localhost", 8000) == "http://demo.localhost:8000"
    assert link_base("notlocalhost", 8000) == "https://notlocalhost"


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("Refer.Example.COM:8000", "refer.example.com"),
        ("a.example.", "a.example"),
        ("a.example.:80", "a.example"),
        ("[::1]:8000", "[::1]"),
        ("", ""),
        (":", ""),
        ("[", ""),
        (" a ", "a"),
    ],
)
def test_a_host_header_names_a_host(header, host):
    assert normal_host(header) == host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/", f"https://shop.example/?{OURS}"),
        ("https://shop.example", f"https://shop.example?{OURS}"),
        ("https://shop.example/?", f"https://shop.example/?{OURS}"),
        ("https://shop.example/?a=1&", f"https://shop.example/?a=1&{OURS}"),
        ("https://shop.example/p?a=%2f+b&a=&&c#x?y#z", f"https://shop.example/p?a=%2f+b&a=&&c&{OURS}#x?y#z"),
        ("https://shop.example/#/route?x=1", f"https://shop.example/?{OURS}#/route?x=1"),
        ("https://shop.example/?mbsy=old&x=1&mbsy_source=old", f"https://shop.example/?x=1&{OURS}"),
        ("https://shop.example/?%6Dbsy=old", f"https://shop.example/?{OURS}"),
        ("https://shop.example/?mbsyx=1&MBSY=2", f"https://shop.example/?mbsyx=1&MBSY=2&{OURS}"),
        (
            "https://b\u00fccher.example/\u00e4 b?\u00fc#\u00f6",
            f"https://xn--bcher-kva.example/%C3%A4%20b?%C3%BC&{OURS}#%C3%B6",
        ),
        (
            "https://user:p\u00e4ss@b\u00fccher.example:8443/",
            f"https://user:p%C3%A4ss@xn--bcher-kva.example:8443/?{OURS}",
        ),
        ("https://\u2603.net/", f"https://xn--n3h.net/?{OURS}"),
        ("https://fa\u00df.example/", f"https://xn--fa-hia.example/?{OURS}"),
        ("https://shop.example/a\r\nb\tc\0d", f"https://shop.example/abc%00d?{OURS}"),
        ("http:/shop.example/", f"http://shop.example/?{OURS}"),
        ('https://shop.example/{a}|"b"<c>^`', f'https://shop.example/{{a}}|"b"<c>^`?{OURS}'),
        ("HTTP://Shop.Example:80/A%zz", f"HTTP://Shop.Example:80/A%zz?{OURS}"),
    ],
)
def test_a_landing_keeps_what_is_not_ours(url, expected):
    assert land(url) == expected


CASES = json.loads((Path(__file__).parents[1] / "cases" / "web_addresses" / "cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["address"]))
def test_whatever_a_browser_accepts_leads_where_it_led_before(case):
    found = landing(case["address"], mbsy="j", campaignid="s", mbsy_source="ID")
    assert found == case["location"]
    assert found.isascii()
    assert not set(found) & set("\r\n\t\0 ")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://é%2f.example/", f"https://%C3%A9%2f.example/?{OURS}"),
        ("https://%C3%A9.example/", f"https://%C3%A9.example/?{OURS}"),
        ("https://shop.example/\ud800", f"https://shop.example/%EF%BF%BD?{OURS}"),
    ],
)
def test_an_address_never_becomes_another_one(url, expected):
    assert land(url) == expected


def test_a_landing_without_an_advocate_keeps_the_one_it_came_with():
    found = landing("https://shop.example/?mbsy=theirs", mbsy=None, campaignid=None, mbsy_source="ID")
    assert found == "https://shop.example/?mbsy=theirs&mbsy_source=ID"


@given(st.text(max_size=80), st.text(max_size=20))
def test_a_landing_is_printable_ascii_whatever_it_is_made_of(tail, code):
    found = landing(f"https://shop.example/{tail}", mbsy=code, campaignid=None, mbsy_source="ID")
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found
    named = dict(parse_qsl(urlsplit(found).query, keep_blank_values=True, separator="&"))
    assert named["mbsy_source"] == "ID"


@given(st.text(max_size=60))
def test_no_address_breaks_a_landing_and_none_carries_ours_twice(url):
    once = land(url)
    assert land(once) == once


@given(st.text(max_size=60))
def test_the_pieces_of_a_landing_fit_around_the_source(tail):
    url = f"https://shop.example/{tail}"
    before, after = landing_pieces(url, mbsy="johndoe", campaignid="spring")
    assert f"{before}ID{after}" == land(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "http://localhost:3000/x?y#z",
        "HTTPS://bücher.example/",
        "http://[::1]:80/",
        "http://10.0.0.1/",
        " https://shop.example/ ",
        "https://user:secret@shop.example/",
    ],
)
def test_a_web_address_is_accepted(url):
    assert is_web_address(url)
    assert check_destination(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "//shop.example",
        "/x",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://x/",
        "https://",
        "https:///x",
        "https://:80/",
        "https:shop.example",
        "https://a b/",
        "https://shop.example/\r\nX: y",
        "https://shop.example/\x00",
        "https://shop.example:99999/",
        "https://a<b/",
        "https://../",
        "mailto:a@b",
        "https://a:b:c/",
    ],
)
def test_what_is_no_web_address_is_refused(url):
    assert not is_web_address(url)
    with pytest.raises(ValueError, match=r"^An address must"):
        check_destination(url)
