"""However the server ends in the middle of a run: soon, without orphans, and the run says so."""

import re
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from core.inference.loading import known_lines
from core.model.link import to_link
from core.model.specs import Data, RunSpec
from core.runs.status import RunStatus
from tests.browser.server import Server, open_page
from tests.patience import until


def training_server(home: Path, browser: Browser, spec: RunSpec) -> tuple[Server, str]:
    server = Server(home)
    page = open_page(browser, f"{server.url}/?spec={to_link(spec)}")
    page.get_by_role("button", name="Train", exact=True).last.click()
    until(lambda: any(server.store.history(run.id).epochs for run in server.store.runs()))
    return server, server.store.runs()[0].id


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGKILL, marks=pytest.mark.slow),  # in part in tests/test_training_launcher.py
    ],
)
def test_a_server_that_ends_takes_its_workers_along(
    number: int, tmp_path: Path, browser: Browser, small_spec: RunSpec
) -> None:
    endless = small_spec.model_copy(update={"epochs": 500, "data": Data(images=6000)})
    server, run_id = training_server(tmp_path, browser, endless)
    family = server.family()
    assert len(family) >= 2
    server.end(number)
    _, alive = psutil.wait_procs(family, timeout=240)
    assert alive == []
    noise = known_lines() if number == signal.SIGKILL else f"leaked|Traceback|{known_lines()}"
    assert re.findall(noise, server.log.read_text(), re.MULTILINE) == []
    assert server.store.history(run_id).epochs
    if number == signal.SIGKILL:
        assert server.store.get(run_id).status is RunStatus.RUNNING
        holder = server.store.get(run_id).holder
        again = Server(tmp_path)
        until(
            lambda: server.store.get(run_id).holder not in (None, holder)
        )  # the next server goes on with it
        again.end()
    assert server.store.get(run_id).waits
