"""The limits of a host as visitors meet them: stated, refused in a sentence, nothing of it on a laptop."""

import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.host import VARIABLE
from core.model.specs import RunSpec
from core.runs import tables as t
from core.runs.keeping import DAY
from core.runs.pools import add_pool
from core.runs.records import Run
from core.runs.store import RunStore, open_store
from pages.shared.tokens import COOKIE
from pages.shared.visitor import visitor
from tests.pages.test_pages import page, saved, texts
from tests.pages.test_uploads import bring, draw

ALLOWED = "What this server allows"


@pytest.fixture
def limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "host.toml"
    limits = ("waiting_runs = 1", "parameters = 120_000", "upload_megabytes = 1", "days = 30")
    file.write_text("\n".join(["[limits]", *limits, "stored_megabytes = 9"]))
    monkeypatch.setenv(VARIABLE, str(file))


def of_somebody(store: RunStore, spec: RunSpec, ended_days_ago: float = 0.0) -> Run:
    """Save a finished run of this visitor."""
    run_id = saved(store, spec, "mine")
    values = {"owner": visitor(), "ended_at": time.time() - ended_days_ago * DAY}
    with store._begin() as connection:
        connection.execute(t.runs.update().where(t.runs.c.id == run_id).values(values))
    return store.get(run_id)


def draw_actions() -> None:
    """Draw what can be done to all runs, as if they were selected: AppTest selects no rows."""
    from core.runs.store import open_store
    from pages.runs.table import actions

    actions(open_store().runs())


def press(label: str) -> None:
    test = AppTest.from_function(draw_actions, default_timeout=240).run()
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception


def test_on_a_laptop_no_limit_is_spoken_of_and_nothing_is_pinned(small_spec: RunSpec) -> None:
    of_somebody(open_store(), small_spec, ended_days_ago=4000)
    test = page("runs/page.py")
    assert ALLOWED not in [expander.label for expander in test.expander]
    drawn = AppTest.from_function(draw_actions, default_timeout=240).run()
    assert {"Pin", "Delete"} & {button.label for button in drawn.button} == {"Delete"}
    assert "days left" not in test.dataframe[0].value.columns
    assert not test.warning


def test_the_train_page_states_the_limits_and_refuses_what_is_beyond_them(
    limited: None, small_spec: RunSpec
) -> None:
    open_store().create(small_spec, "waits", owner=visitor())
    test = page()
    assert ALLOWED in [expander.label for expander in test.expander]
    assert "One network may have 120,000 parameters." in texts(test)
    assert "Yours have 0.0 MB now." in texts(test)
    train = next(button for button in test.button if button.label == "Train")
    train.click().run()
    assert [error.value.replace("\\", "") for error in test.error] == [
        "One person may have one waiting run here, and 1 of yours wait: stop one, start fewer, or wait until "
        "one has begun."
    ]
    assert len(open_store().runs()) == 1
    test.selectbox[0].set_value("mlp").run()
    assert "235,146 parameters, here it may have 120,000" in test.error[0].value.replace("\\", "")
    assert next(button for button in test.button if button.label == "Train").disabled


@pytest.mark.parametrize("name", ["sweep/page.py", "runs/page.py", "data/page.py"])
def test_the_pages_where_a_limit_acts_state_it(name: str, limited: None) -> None:
    test = page(name)
    assert ALLOWED in [expander.label for expander in test.expander]
    assert "One uploaded file may have 1 MB." in texts(test)


def test_a_run_says_when_it_goes_and_stays_when_it_is_pinned(limited: None, small_spec: RunSpec) -> None:
    run = of_somebody(open_store(), small_spec, ended_days_ago=26)
    test = page("runs/page.py")
    assert "One run of yours goes within 7 days" in texts(test)
    assert list(test.dataframe[0].value["days left"]) == ["4"]
    press("Pin")
    test.run()
    assert list(test.dataframe[0].value["days left"]) == ["pinned"]
    assert "goes within" not in texts(test)
    press("Unpin")
    assert not open_store().get(run.id).pinned


def test_a_file_beyond_the_limit_is_not_read(limited: None) -> None:
    test = bring(AppTest.from_function(draw, default_timeout=240).run(), "x.csv", bytes(1_100_000))
    assert [error.value for error in test.error] == ["x.csv has 1.1 MB, a file may have 1 MB here."]
    assert test.text[0].value == "read: None, held: 0"


def test_who_brought_images_deletes_them_and_nobody_else(cookies: dict[str, str]) -> None:
    pictures = np.random.default_rng(5).integers(0, 256, (30, 28, 28)).astype(np.uint8)
    pool = Dataset("mine.csv", pictures, (np.arange(30) % 10).astype(np.uint8))
    source = add_pool(open_store(), pool, visitor()).fingerprint
    cookies[COOKIE] = "somebody else"
    assert not [button for button in page("data/page.py", pool=source).button if button.key == "data.delete"]
    cookies[COOKIE] = "somebody"
    test = page("data/page.py", pool=source)
    test.button(key="data.delete").click().run()
    assert not test.exception
    assert "mine.csv was deleted." in texts(test)
    assert open_store().datasets() == []
