"""Which addresses the hub may call because somebody told it to."""

from ipaddress import ip_address

import pytest

from app.domain.public_addresses import check_url, is_callable


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "2001:4860:4860::8888"])
def test_the_public_internet_may_be_called(address):
    assert is_callable(ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd12::1"])
def test_private_networks_may_be_called_for_trying_things_out_alone(address):
    assert not is_callable(ip_address(address))
    assert is_callable(ip_address(address), private_too=True)


@pytest.mark.parametrize("private_too", [False, True])
@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "fe80::1", "fd00:ec2::254", "168.63.129.16", "192.0.0.192", "100.100.100.200"),
        *("224.0.0.1", "239.255.255.255", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"),
        *("2002:a9fe:a9fe::1", "100.64.0.1", "::", "::ffff:0.0.0.0"),
    ],
)
def test_metadata_and_what_is_no_single_machine_may_never_be_called(address, private_too):
    assert not is_callable(ip_address(address), private_too=private_too)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "100.127.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.1", "240.0.0.1"),
        *("255.255.255.255", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fec0::1", "4000::1"),
    ],
)
def test_what_only_looks_public_may_not_be_called(address):
    assert not is_callable(ip_address(address))


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("https://shop.example/hooks?a=1&b=%20", "https://shop.example/hooks?a=1&b=%20"),
        ("https://SHOP.example:8443", "https://shop.example:8443/"),
        ("https://bücher.example/ü#part", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://93.184.215.14/a", "https://93.184.215.14/a"),
        ("https://[2606:4700::1111]:444/", "https://[2606:4700::1111]:444/"),
    ],
)
def test_a_good_url_is_written_in_ascii(url, checked):
    assert check_url(url) == checked


@pytest.mark.parametrize(
    "url",
    [
        *("http://shop.example/", "ftp://shop.example/", "//shop.example/", "shop.example", "", "https://"),
        *("https://a:b@shop.example/", "https://shop.example:99999/", "https://shop.example:x/", "https://[::1/"),
        *(
            "https://shop.example/ a",
            "https://shop.example\\@a/",
            "https://a\r\nb.example/",
            "https://sh\u2028op.example",
        ),
        *("https://localhost/", "https://hub.localhost/", "https://db.internal/", "https://printer.local/"),
        *("https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://2130706433/", "https://0177.0.0.1/"),
        *("https://127.0.0.1./", "https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/"),
        *(
            "https://\uff11\uff12\uff17.0.0.1/",
            "https://169.254.169.254/latest",
            "https://" + "x" * 2_000 + ".example/",
        ),
        *("https://a..b/", "https://\u202egro.example/", "https://sh\x00op.example/"),
    ],
)
def test_a_bad_url_is_refused_with_a_sentence(url):
    with pytest.raises(ValueError, match=r"."):
        check_url(url)


def test_for_trying_things_out_http_and_private_networks_pass():
    for url in ("http://127.0.0.1:9000/hook", "http://localhost:9000/hook", "https://10.0.0.1/hook"):
        assert check_url(url, private_too=True) == url
    with pytest.raises(ValueError, match="private"):
        check_url("http://169.254.169.254/", private_too=True)
