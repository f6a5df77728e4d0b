"""What Streamlit looks for as it starts, and finds in vain: a quarter of a second before the first page.

- Components that installed packages bring along: it reads what each package tells of itself. Ours come from
  the pages' own files (`pages/shared/modules.py`).
- Somebody who runs a page's script as a plain program, to be warned at the first element: it asks for the
  source of each function under way, and so for the file of every module.
"""

from collections.abc import Callable
from typing import Any

from streamlit import delta_generator
from streamlit.components.v2.component_manager import BidiComponentManager

from pages.server.private import stand_in

_COMPONENTS, _WARNING = "discover_and_register_components", "_maybe_print_use_warning"


def look_for_nothing() -> None:
    """Have the server start without these looks; to be called before it is made."""
    stand_in(BidiComponentManager, {_COMPONENTS: nothing})
    stand_in(delta_generator, {_WARNING: nothing})


def nothing(_look: Callable[..., None]) -> Callable[..., None]:
    """Return a function that takes what a look takes, and does nothing."""

    def look(*_args: Any, **_named: Any) -> None:
        pass

    return look
