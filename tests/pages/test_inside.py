"""A server that asks nobody outside for its own address, neither at its start nor when a stranger comes."""

import pytest
from streamlit import config, net_util
from streamlit.web import bootstrap
from streamlit.web.server.server_util import is_url_from_allowed_origins

from pages.server.inside import stay_inside


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are fetched, none of which answers."""
    addresses: list[str] = []
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=0: addresses.append(url))
    return addresses


def test_a_server_without_a_screen_starts_without_asking_outside(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = config.get_option("server.headless")
    config.set_option("server.headless", True)
    bootstrap._print_url(is_running_hello=False)
    config.set_option("server.headless", before)
    assert not asked
    assert "http://localhost:" in capsys.readouterr().out


def test_a_page_of_another_origin_is_refused_without_asking_outside(asked: list[str]) -> None:
    assert not is_url_from_allowed_origins("https://evil.example")
    assert asked, "Streamlit asks nobody any more: pages/server/inside.py can go"
    asked.clear()
    stay_inside()
    once = net_util.get_external_ip
    stay_inside()
    assert net_util.get_external_ip is once
    assert not is_url_from_allowed_origins("https://evil.example")
    assert not asked
