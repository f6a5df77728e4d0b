"""What a browser has not shown yet of a widget is told again."""

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.state.common import RegisterWidgetResult
from streamlit.runtime.state.session_state import SessionState

from pages.server import untold
from pages.server.untold import keep_told, telling

NUMBER = SimpleNamespace(id="number", deserializer=lambda value: value or 0)


def is_told(value: int, named: tuple[str, ...] = (), key: str | None = "key") -> bool:
    """Return whether a widget's value, which a script set in an earlier run, is told with this run."""
    session: Any = SimpleNamespace(_new_widget_state=named)

    def register(session: Any, metadata: Any, _key: str | None) -> RegisterWidgetResult[int]:
        session._new_widget_state = (metadata.id,)  # from here on it is known, as to Streamlit
        return RegisterWidgetResult(value, value_changed=False)

    told: bool = telling(register)(session, NUMBER, key).value_changed
    return told


def test_a_value_is_told_until_the_browser_names_the_widget() -> None:
    assert is_told(16)
    assert not is_told(16, named=("number",))


def test_what_a_kind_begins_with_and_widgets_without_a_key_need_not_be_told() -> None:
    assert not is_told(0)
    assert not is_told(16, key=None)


def test_streamlit_has_the_method_that_is_changed_and_it_is_changed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SessionState, "register_widget", SessionState.register_widget)
    assert "number" not in SessionState()._new_widget_state
    keep_told()
    changed = SessionState.register_widget
    assert changed.__module__ == untold.__name__
    keep_told()
    assert SessionState.register_widget is changed
