"""What the first page needs, brought in while its reader's browser still loads Streamlit's own files.

The server answers before that: a browser takes as long to begin as most of this does. A new visitor's first
look at Train does not wait for pandas, which comes last. What only a training needs waits until the first
page stands, since a worker that starts keeps a core busy for seconds.
"""

import gc
import sys
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType

FIRST, REST = ("streamlit.emojis", "pages.train.page"), ("pandas",)
"""Plotly and Narwhals take what `sys.modules` holds under "pandas", even when another thread has only begun
to import it, and fail: so it is there, whole, before all but first looks are drawn, which have no chart."""
TURN = 0.0005
"""Seconds after which the thread that imports lets others go on: each file that a browser fetches meanwhile
takes several turns, of 5 ms by itself."""
NOBODY, DRAWS = 10.0, 2.0
"""Seconds that the start of workers waits for a first page, and then for the browser that draws it."""

_thread: threading.Thread | None = None
_ready, _whole = threading.Event(), threading.Event()
_drawn, _over = threading.Event(), threading.Event()
_stands = threading.Event()


def start(imports: Callable[[], object]) -> None:
    """Import in a thread, open the store, and later have a worker warm.

    Args:
        imports: imports what is served beside the pages.
    """
    global _thread
    for event in (_ready, _whole, _drawn, _over, _stands):
        event.clear()
    _thread = threading.Thread(target=_work, args=(imports,), daemon=True, name="ahead")
    _thread.start()


def wait() -> None:
    """Return when first looks can be drawn, at once where no server has started it (page tests)."""
    if _thread is not None:
        _ready.wait()


def wait_for_all() -> None:
    """Return when every page can be drawn."""
    if _thread is not None:
        _whole.wait()


def drawn() -> None:
    """Note that a page has been drawn."""
    _drawn.set()


def stands() -> bool:
    """Return whether what takes time need not wait for a first page any more."""
    return _thread is None or _stands.is_set()


def end() -> None:
    """End what was begun here, the workers with it."""
    _over.set()
    drawn()
    if _thread is not None:
        _thread.join()
    _services().close_workers()


def _work(imports: Callable[[], object]) -> None:
    try:
        _import(FIRST, imports)
        _services().open_up()
        _ready.set()
        _import(REST)
    finally:
        _ready.set()
        _whole.set()
    _drawn.wait(NOBODY)
    if not _over.wait(DRAWS):
        _stands.set()
        _services().warm_workers()


def _services() -> ModuleType:
    from pages.shared import services

    return services


def _import(names: Sequence[str], imports: Callable[[], object] = lambda: None) -> None:
    """Import all, and have the garbage collector leave alone what is then there and will stay.

    Else it would look through it again and again, while it is imported and whenever a page is drawn. It does
    not look even once: that takes a tenth of a second or two, in which nobody is answered, and finds nothing.
    """
    gc.disable()
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        for name in names:
            import_module(name)
        imports()
    finally:
        sys.setswitchinterval(before)
        gc.freeze()
        gc.enable()
