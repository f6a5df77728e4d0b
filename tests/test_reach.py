"""Where other devices find this machine."""

import ipaddress
import socket

import pytest

from core.reach import for_other_devices, is_this_machine, own_address


@pytest.mark.parametrize(
    "name",
    ["localhost", "localhost:8501", "app.localhost", "127.0.0.1", "127.1.2.3:80", "[::1]:8501", "[::]"],
)
def test_some_names_mean_each_device_itself(name: str) -> None:
    assert is_this_machine(f"http://{name}/class")


@pytest.mark.parametrize("name", ["digits.example", "192.168.1.5:8501", "[fd00::2]", "localhost.example", ""])
def test_others_mean_the_same_everywhere(name: str) -> None:
    assert not is_this_machine(f"http://{name}/class")


def test_the_own_address_is_one_of_this_machine_and_no_other() -> None:
    if (found := own_address()) is None:
        pytest.skip("this machine is in no network")
    assert not ipaddress.ip_address(found).is_loopback
    with socket.socket() as own:
        own.bind((found, 0))  # only an address of this machine can be bound


def test_for_others_the_machine_has_its_address_in_its_network_and_other_names_stay() -> None:
    assert for_other_devices("https://digits.example/you") == "https://digits.example/you"
    own = own_address()
    wanted = None if own is None else f"http://{own}:8501/a?b=c"
    assert for_other_devices("http://localhost:8501/a?b=c") == wanted
