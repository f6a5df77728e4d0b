"""A widget whose value a browser may not have shown yet is told it again.

What a script puts into a widget by its key, Streamlit tells the browser with the run that draws the widget
first, and no more. Where that browser is still fetching the script of this kind of widget, and something is
pressed meanwhile, the widget is made from what the next run sends: it then shows what its kind begins with,
and tells the server so. One early press of *Train* made all numbers of the network 0.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from streamlit.runtime.state.session_state import SessionState

from pages.server.private import stand_in

Register = Callable[..., Any]


def keep_told() -> None:
    """Have sessions tell browsers a widget's value until they have told it back."""
    stand_in(SessionState, {"register_widget": telling})


def telling(register: Register) -> Register:
    """Return a method that marks a value as new where the browser has not named the widget with this run."""

    def tell(session: Any, metadata: Any, user_key: str | None) -> Any:
        is_known = user_key is None or metadata.id in session._new_widget_state
        result = register(session, metadata, user_key)
        if is_known or result.value_changed or result.value == metadata.deserializer(None):
            return result
        return replace(result, value_changed=True)

    return tell
