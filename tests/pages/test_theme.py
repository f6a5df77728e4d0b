"""The theme's settings are read once, and browsers are sent the same."""

import functools
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.server.theme import keep_theme, remembering

SECTIONS = (
    "theme",
    "theme.light",
    "theme.dark",
    "theme.sidebar",
    "theme.light.sidebar",
    "theme.dark.sidebar",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_of_the_theme_is_sent_as_streamlit_would_send_it(section: str) -> None:
    told, read = CustomThemeConfig(), app_session._populate_theme_msg
    read(told, section)
    kept = remembering(read)
    for _ in range(2):
        again = CustomThemeConfig()
        kept(again, section)
        assert again == told


def test_the_whole_theme_is_sent_as_streamlit_would_send_it_empty_sections_too() -> None:
    told, again, read = CustomThemeConfig(), CustomThemeConfig(), app_session._populate_theme_msg
    kept = remembering(read)
    for section in SECTIONS:
        parts = section.split(".")[1:]
        read(functools.reduce(getattr, parts, told), section)
        kept(functools.reduce(getattr, parts, again), section)
    assert again.SerializeToString(deterministic=True) == told.SerializeToString(deterministic=True)


def test_the_settings_are_read_once_for_each_section(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    options = config.get_options_for_section

    def counted(section: str) -> dict[str, Any]:
        read.append(section)
        return options(section)

    monkeypatch.setattr(config, "get_options_for_section", counted)
    kept = remembering(app_session._populate_theme_msg)
    for _ in range(3):
        for section in SECTIONS:
            kept(CustomThemeConfig(), section)
    assert read == list(SECTIONS)


def test_streamlit_asks_for_the_theme_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    keep_theme()
    once = app_session._populate_theme_msg
    assert "_populate_theme_msg" in app_session.AppSession._create_new_session_message.__code__.co_names
    keep_theme()
    assert app_session._populate_theme_msg is once, "kept twice"
