"""Where no notice goes: link-local addresses and metadata services, however they are written or named."""

from __future__ import annotations

import pytest

from reconciler.errors import Stalled
from reconciler.notify.addresses import Lookup, looked_up, place


def means(*addresses: str) -> Lookup:
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "::",
        "ff02::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_a_name_that_means_such_an_address_is_refused_after_it_was_looked_up(address: str) -> None:
    with pytest.raises(Stalled, match="where no notice is sent"):
        place("https://notices.example/hook", means(address))


def test_one_such_address_among_others_is_enough() -> None:
    with pytest.raises(Stalled):
        place("https://notices.example/hook", means("192.0.2.1", "169.254.169.254"))


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]", "[fe80::1]"])
def test_an_address_in_any_writing_is_refused_by_the_real_lookup(host: str) -> None:
    with pytest.raises(Stalled, match="where no notice is sent"):
        place(f"http://{host}/latest/meta-data", looked_up)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.5", "192.168.1.5", "203.0.113.7", "2001:db8::7"])
def test_others_are_allowed_by_https(address: str) -> None:
    assert place("https://notices.example:8443/hook?x=1", means(address)).address == address


def test_the_request_goes_to_the_address_that_was_looked_at() -> None:
    found = place("https://notices.example/hook?x=1", means("2001:db8::7"))
    assert (found.url, found.host_header) == ("https://[2001:db8::7]:443/hook?x=1", "notices.example")


def test_without_tls_it_goes_to_this_machine_alone() -> None:
    assert place("http://localhost:9000/", means("127.0.0.1", "::1")).host_header == "localhost:9000"
    with pytest.raises(Stalled, match="expected https"):
        place("http://notices.example/", means("203.0.113.7"))


@pytest.mark.parametrize("url", ["", "ftp://h/", "https://", "https://ann:sesame@h/", "https://h:99999/", "file:///etc/passwd"])
def test_what_is_no_such_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Stalled) as refused:
        place(url, means("203.0.113.7"))
    assert "sesame" not in str(refused.value)
