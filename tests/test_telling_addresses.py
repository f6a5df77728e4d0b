"""A visitor's address leads out of the host's own network, or is refused in one sentence, whatever it is."""

import socket
import time
from ipaddress import ip_address

import pytest

from core.errors import TellingError
from core.host import Telling
from core.telling.addresses import checked, is_allowed, is_public, target

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "5f00::1"),
)


@pytest.mark.parametrize("text", PRIVATE)
def test_what_is_near_is_not_public_in_any_form(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_a_host_on_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:7f00:1]"],
)
def test_no_way_to_write_this_machine_is_accepted(host: str) -> None:
    rules = Telling()
    with pytest.raises(TellingError, match=r"no public host that can be found|cannot be read"):
        checked(target(f"http://{host}/", rules), rules, time.monotonic() + 60)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "is empty"),
        ("https://example.org/" + "x" * 2000, "too long"),
        ("https://example.org/a b", "belong in no address"),
        ("https://example.org/\r\nX: y", "belong in no address"),
        ("https://example.org\\@127.0.0.1/", "belong in no address"),
        ("https://ex\u0430mple.org/", "belong in no address"),
        ("ftp://example.org/", "cannot be read"),
        ("file:///etc/passwd", "cannot be read"),
        ("https://", "cannot be read"),
        ("https://[::1", "cannot be read"),
        ("https://[fe80::1%25eth0]/", "cannot be read"),
        ("https://example.org:port/", "cannot be read"),
        ("https://user:word@example.org/", "user name or a password"),
        ("http://example.org:22/", "port 22"),
        ("http://example.org:6379/", "sends to 80, 443 alone"),
    ],
)
def test_an_address_that_nothing_may_be_posted_to_costs_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(TellingError, match=sentence):
        target(url, Telling())


def test_an_address_is_taken_apart_as_http_wants_it() -> None:
    where = target("https://Example.org/a?b=c#d", Telling())
    assert (where.is_encrypted, where.host, where.port, where.path) == (True, "example.org", 443, "/a?b=c")
    assert where.authority == "example.org"
    assert target("http://[2606:4700::1]:8080", Telling(ports=(8080,))).authority == "[2606:4700::1]:8080"


def answers(*found: str) -> object:
    def look_up(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [(None, None, None, "", (one, port)) for one in found]

    return look_up


def test_of_a_name_with_several_addresses_all_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Telling()
    where = target("https://hook.example/", rules)
    monkeypatch.setattr(socket, "getaddrinfo", answers("2606:4700::1111", "8.8.8.8"))
    found = checked(where, rules, time.monotonic() + 60)
    assert [str(one) for one in found] == ["8.8.8.8", "2606:4700::1111"]
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(TellingError, match="no public host"):
        checked(where, rules, time.monotonic() + 60)


def test_a_name_within_the_host_s_network_is_refused_like_one_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules, said = Telling(), []
    for found in (answers("10.0.0.1"), answers()):
        monkeypatch.setattr(socket, "getaddrinfo", found)
        with pytest.raises(TellingError) as refused:
            checked(target("https://database.example/", rules), rules, time.monotonic() + 60)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_look_up_that_takes_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: time.sleep(3600))
    with pytest.raises(TellingError, match="no public host that can be found"):
        checked(target("https://slow.example/", Telling()), Telling(), time.monotonic() + 0.1)


def test_a_host_may_name_networks_and_names_that_are_reached_all_the_same() -> None:
    near = ip_address("10.1.2.3")
    assert is_allowed(near, "chat.lan", Telling(allow_private=("10.0.0.0/8",)))
    assert is_allowed(near, "chat.lan", Telling(allow_private=("Chat.lan",)))
    assert not is_allowed(near, "chat.lan", Telling(allow_private=("192.168.0.0/16", "lan")))
