"""What all tests share: a home of their own, a store, a small spec."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.inference.loading import set_up
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs.store import RunStore
from core.telling import sending, webhook
from core.telling.pace import Pace
from tests.disk import disk_of_its_own
from tests.patience import SECONDS
from tests.postgresql import Postgres, postgresql

set_up()

_KNOWN = settings.get_profile("ci" if os.environ.get("CI") else "default")
# All tests together must end in minutes; how long one example takes on a busy machine is no failure.
settings.register_profile("digits", _KNOWN, max_examples=50, deadline=None)
settings.load_profile("digits")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what is marked slow to `make test` on one's own machine: CI must end within fifteen minutes."""
    if os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow: not in CI"))


def pytest_collection_finish() -> None:
    """Look at what was imported no more: after each page that a test draws it would be searched for garbage.

    Streamlit has Keras clear itself after each script, where Keras was imported, and that collects. With all
    tests' modules, TensorFlow among them, it takes half a second, which was more than most pages took.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def same_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo that AppTest puts the script it runs in the place of `__main__`, which workers import again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a folder of its own to write in."""
    monkeypatch.setenv("DIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DIGITS_STORE", raising=False)
    monkeypatch.setenv("DIGITS_BUNDLED_RUNS", "no")
    return tmp_path / "home"


@pytest.fixture
def signals() -> Iterator[None]:
    """Put back what the terminal's way in changes of this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(f"sqlite:///{tmp_path / 'runs.sqlite'}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for all tests of this process that want one."""
    with postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunStore]:
    """A store in each kind of database that there is."""
    if request.param == "sqlite":
        yield RunStore(f"sqlite:///{tmp_path / 'runs.sqlite'}")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.database()
    yield RunStore(url)
    server.drop(url)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of twelve megabytes, where this user may make one."""
    with disk_of_its_own() as place:
        yield place


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages take as long as any machine may need, and no test count for another."""
    monkeypatch.setattr(webhook, "SECONDS", SECONDS)
    for name in ("_trials", "_all_trials", "_confirmations", "_all_confirmations"):
        monkeypatch.setattr(sending, name, Pace(3, 3600))


@pytest.fixture
def small_spec() -> RunSpec:
    """A network and a few hundred images that train in seconds."""
    return RunSpec(
        layers=(L.Conv2D(filters=4), L.MaxPooling2D(), L.Flatten(), L.Dense(units=16)),
        data=Data(images=600, validation_share=0.2),
        epochs=2,
        batch_size=48,
        seed=3,
    )
