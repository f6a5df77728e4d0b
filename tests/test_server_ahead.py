"""What is imported in a thread is there, whole, before a page is drawn."""

import subprocess
import sys
import threading

import pytest

from core.home import PROJECT
from pages.server import ahead


def test_a_page_waits_until_all_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    may_begin = threading.Event()

    def slowly(name: str) -> None:
        may_begin.wait()
        order.append(name)

    monkeypatch.setattr(ahead, "import_module", slowly)
    monkeypatch.setattr(ahead, "_thread", None)
    ahead.wait()  # nothing is under way
    ahead.start()
    page = threading.Thread(target=lambda: (ahead.wait(), order.append("page")))
    page.start()
    page.join(0.2)
    may_begin.set()
    page.join()
    assert order == [*ahead.MODULES, "page"]


def test_the_garbage_collector_rests_while_the_server_starts_and_then_leaves_alone_what_it_has() -> None:
    code = (
        "import gc, app\n"
        "from pages.server import ahead\n"
        "before = gc.isenabled()\n"
        "ahead.start()\n"
        "ahead.wait()\n"
        "print(before, gc.isenabled(), gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 10_000)"
    )
    assert _last_line(code) == "False True True True"


def test_the_server_has_pandas_whole_before_plotly_looks_for_it() -> None:
    """Plotly asks `pandas.Series` of whatever `sys.modules` holds, also while a thread imports it."""
    code = (
        "import sys, app\n"
        "from pages.server import ahead\n"
        "before = 'pandas' in sys.modules\n"
        "ahead.start()\n"
        "ahead.wait()\n"
        "import plotly.graph_objects as go\n"
        "print(before, sys.modules['pandas'].Series is not None, len(go.Figure().add_scatter(y=[1, 2]).data))"
    )
    assert _last_line(code) == "False True 1"


def _last_line(code: str) -> str:
    """Return what a fresh process says last that runs this code."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
