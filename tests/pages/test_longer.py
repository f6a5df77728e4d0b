"""Train longer: offered where a checkpoint is, else with a reason why not; links both ways on Results."""

import numpy as np
import pytest

from core.model.course import longer
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT
from core.runs.records import EpochPoint, Progress, Run
from core.runs.status import RunStatus
from core.runs.store import open_store
from pages.shared import services
from tests.pages.test_pages import opened, page, texts

CACHED = np.zeros(3, np.float32).tobytes()


@pytest.fixture
def parent(small_spec: RunSpec) -> Run:
    """A stopped run whose third epoch was broken off, with something in the place of its checkpoint."""
    store = open_store()
    spec = small_spec.model_copy(update={"epochs": 9})
    run = store.create(spec, "Net", owner="somebody else")
    store.claim(run.id, {})
    store.describe_data(run.id, {"training images": 480})
    points = [
        EpochPoint(n, step, 1.0, 0.5, 1.0, 0.5, 0.001, 2.0 * n) for n, step in ((1, 10), (2, 20), (3, 24))
    ]
    store.record(run.id, Progress(epoch=3, batch=4, batches=10), [], points)
    store.put_artifact(run.id, CHECKPOINT, CACHED)
    store.end(run.id, RunStatus.STOPPED, "Stopped.")
    return store.get(run.id)


def test_anybody_may_train_a_run_longer_from_its_last_whole_epoch(
    parent: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched = []

    class Launcher:
        """Saves what it is to launch, as the real one does, and trains nothing."""

        def launch(self, spec: RunSpec, name: str, preset: str | None, **whose: str | None) -> Run:
            launched.append(open_store().create(spec, name, preset, **whose))
            return launched[-1]

    monkeypatch.setattr(services, "_launcher", Launcher())
    monkeypatch.setattr(services, "close_workers", lambda: None)
    test = opened(page("results/page.py", run=parent.id), f"longer.popover.{parent.id}")
    assert "after two epochs" in texts(test)
    assert "gets the numbers that as many epochs in one go" in texts(test)
    more = test.number_input(key=f"longer.{parent.id}")
    assert more.value == 9 - 2, "what the stop took from it comes first"
    more.set_value(4).run()
    assert "Takes about 8 s" in texts(test)
    test.button(key=f"longer.start.{parent.id}").click().run()
    (started,) = launched
    assert started.spec == longer(parent.spec, 2, 4)
    assert (started.name, started.parent, started.spec.epochs) == ("Net, to epoch 6", parent.id, 6)
    assert started.owner not in (None, parent.owner)
    assert open_store().artifact(started.id, CHECKPOINT) == CACHED
    assert [point.epoch for point in open_store().history(started.id).epochs] == [1, 2]
    assert started.epoch_ends[:3] == (0, 10, 20)  # so that its curves are right while it waits
    monkeypatch.setattr(services, "_launcher", None)


def test_results_leads_to_a_continued_run_and_back_to_its_parent(parent: Run) -> None:
    store = open_store()
    child = store.create(longer(parent.spec, 2, 4), "Net, to epoch 6", parent=parent.id)
    test = page("results/page.py", run=parent.id)
    for label, run in (("Continued in Net, to epoch 6", child), ("Continues Net, after epoch 2", parent)):
        next(button for button in test.button if button.label == label).click().run()
        assert test.query_params["run"] in (run.id, [run.id])  # so that the next click stays with it
        assert f"#### {run.name}" in texts(test)
    store.delete([parent.id])
    assert "a run that has been deleted" in texts(page("results/page.py", run=child.id))


def test_where_no_checkpoint_is_the_offer_says_why_it_is_none(small_spec: RunSpec) -> None:
    """Behind a button that can be pressed: to a finger, one that is off says nothing."""
    old = open_store().create(small_spec, "old")
    open_store().claim(old.id, {})
    open_store().end(old.id, RunStatus.FINISHED)
    test = opened(page("results/page.py", run=old.id), f"longer.popover.{old.id}")
    assert "It kept no checkpoint" in texts(test)
    about = [block.proto.popover.help for block in test.get("popover")]
    assert "As a new run that goes on where this one ended, if it can." in about
    assert "Start" not in {button.label for button in test.button}
