"""What is imported in a thread is there, whole, before a page is drawn."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module

import pytest

from core.home import PROJECT
from pages.server import ahead
from tests.patience import SECONDS, until


class Services:
    """What a server is made ready with, noted in the order in which it is asked for."""

    def __init__(self, order: list[str]) -> None:
        self.open_up = lambda: order.append("store")
        self.warm_workers = lambda: order.append("workers")
        self.close_workers = lambda: order.append("closed")


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What happens at a start, in its order; nothing is imported."""
    happened: list[str] = []
    monkeypatch.setattr(ahead, "import_module", happened.append)
    monkeypatch.setattr(ahead, "_services", lambda: Services(happened))
    monkeypatch.setattr(ahead, "_thread", None)
    monkeypatch.setattr(ahead, "DRAWS", 0.0)
    yield happened
    ahead.end()


def test_a_page_waits_until_all_is_imported_and_the_store_is_open(
    monkeypatch: pytest.MonkeyPatch, order: list[str]
) -> None:
    may_begin = threading.Event()

    def slowly(name: str) -> None:
        may_begin.wait()
        order.append(name)

    monkeypatch.setattr(ahead, "import_module", slowly)
    ahead.wait_for_all()  # nothing is under way
    ahead.start(lambda: None)
    page = threading.Thread(target=lambda: (ahead.wait_for_all(), order.append("page")))
    page.start()
    page.join(0.2)
    may_begin.set()
    page.join()
    assert order == [*ahead.FIRST, "store", *ahead.REST, "page"]


def test_a_first_look_comes_before_what_it_does_without(
    monkeypatch: pytest.MonkeyPatch, order: list[str]
) -> None:
    is_drawn = threading.Event()

    def imported(name: str) -> None:
        if name in ahead.REST:
            is_drawn.wait()
        order.append(name)

    monkeypatch.setattr(ahead, "import_module", imported)
    ahead.start(lambda: None)
    ahead.wait()
    order.append("first look")
    is_drawn.set()
    ahead.wait_for_all()
    first = [*ahead.FIRST, "store", "first look", *ahead.REST]
    assert order[: len(first)] == first


def test_the_rest_is_there_before_anybody_asks_for_it(order: list[str]) -> None:
    ahead.start(lambda: None)
    until(lambda: set(ahead.REST) <= set(order))


def test_workers_start_once_a_page_is_drawn(monkeypatch: pytest.MonkeyPatch, order: list[str]) -> None:
    monkeypatch.setattr(ahead, "NOBODY", SECONDS)
    ahead.start(lambda: None)
    ahead.wait()
    assert "workers" not in order
    assert not ahead.stands()
    ahead.drawn()
    until(lambda: "workers" in order)
    assert ahead.stands()


def test_workers_start_though_nobody_comes(monkeypatch: pytest.MonkeyPatch, order: list[str]) -> None:
    monkeypatch.setattr(ahead, "NOBODY", 0.0)
    ahead.start(lambda: None)
    until(lambda: "workers" in order)


def test_a_server_that_ends_at_once_starts_no_worker(order: list[str]) -> None:
    ahead.start(lambda: None)
    ahead.end()
    assert order[-1] == "closed"
    assert "workers" not in order


def test_a_page_does_not_wait_for_what_failed(monkeypatch: pytest.MonkeyPatch, order: list[str]) -> None:
    monkeypatch.setattr(ahead, "FIRST", ("no such module",))
    monkeypatch.setattr(ahead, "import_module", import_module)
    monkeypatch.setattr(threading, "excepthook", lambda told: order.append(str(told.exc_value)))
    ahead.start(lambda: None)
    ahead.wait_for_all()
    until(lambda: "No module named 'no such module'" in order)


def test_the_garbage_collector_rests_while_the_server_starts_and_then_leaves_alone_what_it_has() -> None:
    code = (
        "import gc, app\n"
        "from pages.server import ahead\n"
        "before = gc.isenabled()\n"
        "ahead.start(app.routes)\n"
        "ahead.wait_for_all()\n"
        "ahead.end()\n"
        "print(before, gc.isenabled(), gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 10_000)"
    )
    assert _last_line(code) == "False True True True"


def test_the_server_has_pandas_whole_before_plotly_looks_for_it() -> None:
    """Plotly asks `pandas.Series` of whatever `sys.modules` holds, also while a thread imports it."""
    code = (
        "import sys, app\n"
        "from pages.server import ahead\n"
        "before = 'pandas' in sys.modules\n"
        "ahead.start(app.routes)\n"
        "ahead.wait_for_all()\n"
        "import plotly.graph_objects as go\n"
        "traces = len(go.Figure().add_scatter(y=[1, 2]).data)\n"
        "print(before, sys.modules['pandas'].Series is not None, traces)"
    )
    assert _last_line(code) == "False True 1"


def test_train_without_a_run_is_drawn_without_what_takes_long_to_import() -> None:
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "page = AppTest.from_file('pages/navigation.py', default_timeout=240).run()\n"
        "print(len(page.exception), page.title[0].value, {'pandas', 'pyarrow', 'scipy'} & set(sys.modules))"
    )
    assert _last_line(code) == "0 Train a network on handwritten digits set()"


def _last_line(code: str) -> str:
    """Return what a fresh process says last that runs this code."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
