"""What a host allows is read from one file and held against runs, sweeps, uploads and what is kept."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import DataError, HostError, LimitError, StoreError, UserError
from core.home import PROJECT
from core.host import VARIABLE, Host, host
from core.model import layers as L
from core.model.course import longer
from core.model.presets import PRESETS
from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.runs.keeping import AT_LEAST_SEEN, DAY
from core.runs.limits import (
    check_dataset,
    check_room,
    check_runs,
    check_spec,
    check_sweep,
    check_upload,
    keep_house,
    told,
    work,
)
from core.runs.pools import add_pool, load_pool, remove_pool
from core.runs.records import BUNDLED, Progress
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.runs.watch import GAP
from core.training.launcher import Launcher
from core.training.reporter import Reporter
from tests.clocks import Clocks

Limit = Callable[[str], None]


@pytest.fixture
def limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Return what makes this process one of a host with such limits."""

    def write(lines: str) -> None:
        file = tmp_path / f"host-{abs(hash(lines))}.toml"
        file.write_text(f"[limits]\n{lines}\n", encoding="utf-8")
        monkeypatch.setenv(VARIABLE, str(file))

    return write


def pool(first: int = 0, images: int = 4) -> Dataset:
    pictures = np.random.default_rng(first).integers(0, 256, (images, 28, 28)).astype(np.uint8)
    return Dataset(f"pool {first}", pictures, np.arange(images, dtype=np.uint8))


def test_without_a_file_nothing_is_limited(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert host() == Host()
    assert told() == []
    many = [PRESETS["final"].spec.model_copy(update={"epochs": 500})] * 300
    check_runs(store, None, many)
    check_upload("x.csv", 10**12)


def test_the_file_for_a_class_lets_every_preset_train_and_says_all_it_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, str(PROJECT / ".streamlit" / "host.toml"))
    limits = host().limits
    assert None not in limits.model_dump().values()
    for preset in PRESETS.values():
        check_spec(preset.spec)
    assert len(told()) == len(limits.model_dump()) + 3  # and of classes, and what one question may take
    assert "A class is deleted 365 days after its last sign of life, unless it is kept." in told()
    assert "One question to a saved network may take 120 seconds and 4,000 MB of memory." in told()


def test_a_limit_of_one_is_said_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "host.toml").write_text("[limits]\nminutes = 1\ndays = 1\n[classes]\ndays = 1")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    said = " ".join(told())
    assert "may train for 1 minute, what it continues included." in said
    assert "A run is deleted 1 day after it ended" in said
    assert "A class is deleted 1 day after its last sign of life" in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[limits]\nwaiting = 3", "“limits.waiting”"),
        ("[limits]\nminutes = 0", "“limits.minutes”"),
        ("[limits]\nminutes = nan", "“limits.minutes”"),
        ('frame_ancestors = ["https://a.example; script-src *"]', "“frame_ancestors.0”"),
        ('administrators = [""]', "“administrators.0”"),
        ('address = "digits.example"', "“address”"),
        ('[mail]\nserver = "x"\nsender = "digits@x.example"', "“mail”: e-mail needs links"),
        ('address = "https://x.example"\n[mail]\nserver = "x"\nsender = "x\\nBcc: y@z"', "“mail.sender”"),
        ("[telling]\nports = [0]", "“telling.ports.0”"),
        ("[limits", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_in_a_sentence(
    content: str | None, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "host.toml"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(HostError) as refused:
        host()
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_an_editor_of_windows_saved_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "host.toml").write_bytes("[limits]\r\nsweeps = 3\r\n".encode("utf-8-sig"))
    monkeypatch.setenv(VARIABLE, f"{tmp_path / 'host.toml'} ")
    assert host().limits.sweeps == 3


def test_a_run_is_measured_by_its_new_epochs_its_images_and_its_network(
    small_spec: RunSpec, limit: Limit
) -> None:
    once = 600 * network_cost(small_spec.layers).multiply_adds
    assert work(small_spec) == 2 * once
    assert work(longer(small_spec, 2, 3)) == 3 * once
    limit(f"work = {2 * once}")
    check_spec(small_spec)
    limit(f"work = {2 * once - 1}")
    with pytest.raises(LimitError, match="multiply-adds"):
        check_spec(small_spec)


def test_a_network_may_have_so_many_parameters(small_spec: RunSpec, limit: Limit) -> None:
    limit("parameters = 20_000")
    check_spec(small_spec)
    large = small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=100))})
    with pytest.raises(LimitError, match="79,510 parameters, here it may have 20,000"):
        check_spec(large)


def test_one_person_s_waiting_runs_are_counted_and_no_other_s(
    any_store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    store = any_store
    limit("waiting_runs = 2")
    first, _ = (store.create(small_spec, "x", owner="anna") for _ in range(2))
    with pytest.raises(LimitError, match="may have two waiting runs here, and 2 of yours"):
        check_runs(store, "anna", [small_spec])
    check_runs(store, "ben", [small_spec] * 2)
    check_runs(store, None, [small_spec])
    with pytest.raises(LimitError):
        check_runs(store, "ben", [small_spec] * 3)
    store.claim(first.id, {}, "a worker")
    check_runs(store, "anna", [small_spec])


def test_the_launcher_starts_nothing_beyond_the_limits(
    store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    limit("waiting_runs = 1\nparameters = 100_000")
    store.create(small_spec, "waits", owner="anna")
    launcher = Launcher(store, workers=0)
    try:
        with pytest.raises(LimitError):
            launcher.launch(small_spec, "one too many", owner="anna")
        large = small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=512))})
        with pytest.raises(LimitError):
            launcher.launch(large, "too large", owner="ben", group_id="of a sweep")
    finally:
        launcher.close()
    assert [run.name for run in store.runs()] == ["waits"]


def test_a_group_that_is_refused_leaves_nothing_behind(
    store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    limit("waiting_runs = 2\nparameters = 100_000")
    large = small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=512))})
    gone = small_spec.model_copy(update={"data": small_spec.data.model_copy(update={"source": "csv-gone"})})
    with closing(Launcher(store, workers=0)) as launcher:
        for many in ([small_spec] * 3, [small_spec, large], [small_spec, gone]):
            with pytest.raises(UserError):
                launcher.launch_together("repeat", "refused", {}, dict(zip("abc", many, strict=False)))
        assert (store.runs(), store.groups()) == ([], [])
        launcher.launch_together("repeat", "allowed", {}, dict(zip("ab", [small_spec] * 2, strict=True)))
    assert [group.name for group in store.groups()] == ["allowed"]


def test_one_person_has_so_many_sweeps_at_a_time(
    any_store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    store = any_store
    limit("sweeps = 1")
    group = store.create_group("sweep", "x", {}, "anna")
    store.create_group("repeat", "x", {}, "ben")
    check_sweep(store, "ben", small_spec)
    with pytest.raises(LimitError, match="may have one sweep under way"):
        check_sweep(store, "anna", small_spec)
    store.end_group(group.id, "finished")
    check_sweep(store, "anna", small_spec)


def test_what_is_kept_is_counted_for_each_person_and_for_all(
    any_store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    store = any_store
    run = store.create(small_spec, "x", owner="anna")
    store.put_artifact(run.id, "model.keras", bytes(600_000))
    bundled = store.create(small_spec, "x", owner=BUNDLED)
    store.put_artifact(bundled.id, "model.keras", bytes(5_000_000))
    add_pool(store, pool(images=4), "ben")
    images = store.stored_bytes("ben")
    assert 784 * 4 <= images < 20_000
    assert (store.stored_bytes("anna"), store.stored_bytes(None)) == (600_000, 0)
    assert store.stored_bytes() == 600_000 + images
    limit("stored_megabytes = 0.5")
    check_room(store, "ben")
    with pytest.raises(LimitError, match=r"have 0\.6 MB"):
        check_room(store, "anna")
    store.delete([run.id])
    check_room(store, "anna")
    limit("stored_megabytes_in_all = 0.5")
    with pytest.raises(LimitError, match="a day later"):
        check_room(store, "anna")


def test_an_upload_is_refused_for_its_size_and_a_data_set_for_how_many_there_are(
    any_store: RunStore, limit: Limit
) -> None:
    store = any_store
    limit("upload_megabytes = 2\nuploads = 1")
    check_upload("x.csv", 2_000_000)
    with pytest.raises(LimitError, match=r"x\.csv has 2\.1 MB"):
        check_upload("x.csv", 2_100_000)
    add_pool(store, pool(), "anna")
    check_dataset(store, "ben")
    with pytest.raises(LimitError, match="may keep one data set"):
        check_dataset(store, "anna")


def test_a_data_set_is_deleted_unless_something_under_way_needs_it(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    source = add_pool(store, pool(), "anna").fingerprint
    data = small_spec.data.model_copy(update={"source": source, "images": 4})
    run = store.create(small_spec.model_copy(update={"data": data}), "x")
    load_pool(store, source)
    with pytest.raises(DataError, match="still needed"):
        remove_pool(store, source)
    store.end(run.id, RunStatus.FINISHED)
    sweep = store.create_group("sweep", "x", {"base": {"data": {"source": source}}})
    with pytest.raises(DataError):
        remove_pool(store, source)
    store.end_group(sweep.id, "finished")
    assert store.users_of(source) == (1, 0)
    remove_pool(store, source)
    with pytest.raises(StoreError, match="is not here"):
        load_pool(store, source)


def test_old_runs_go_after_the_stated_time_and_pinned_and_bundled_ones_stay(
    tmp_path: Path, small_spec: RunSpec, limit: Limit
) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    limit("days = 10")
    ids = {
        name: store.create(small_spec, name, owner=name).id
        for name in ("old", "pinned", BUNDLED, "new", "on")
    }
    spare, used = (add_pool(store, pool(first), "anna").fingerprint for first in (1, 2))
    data = small_spec.data.model_copy(update={"source": used, "images": 4})
    store.create(small_spec.model_copy(update={"data": data}), "needs its images")
    for name in ("old", "pinned", BUNDLED):
        store.end(ids[name], RunStatus.FINISHED)
    store.pin([ids["pinned"]])
    clocks.wait(9 * DAY)
    store.end(ids["new"], RunStatus.FINISHED)
    clocks.wait(1.1 * DAY)
    keep_house(store)
    assert len(store.runs()) == 6  # a date may be wrong: not at first sight
    for _ in clocks.steps(AT_LEAST_SEEN):
        clocks.wait(GAP)
        keep_house(store)
    assert {run.name for run in store.runs()} == {"pinned", BUNDLED, "new", "on", "needs its images"}
    assert [record.fingerprint for record in store.datasets()] == [used]
    assert spare != used
    store.restore([ids["old"]])  # as people do, within a day
    store.pin([ids["pinned"]], pinned=False)
    assert not store.get(ids["pinned"]).pinned


def test_a_run_is_stopped_after_so_many_minutes_and_says_so(
    store: RunStore, small_spec: RunSpec, limit: Limit
) -> None:
    limit("minutes = 1")
    run = store.create(small_spec, "x")
    store.claim(run.id, {}, "a worker")
    reporter = Reporter(store, run.id, bytes, "a worker")
    reporter.on_progress(Progress("training", seconds=59.9))
    assert reporter.command() is Command.RUN
    reporter.on_progress(Progress("training", seconds=60.1))
    assert reporter.command() is Command.STOP
    reporter.on_trained(RunStatus.STOPPED, "Stopped after one epoch.")
    reporter.finish(RunStatus.STOPPED, "Stopped after one epoch.", None)
    said = "Stopped after one epoch. It had trained for 1 min, as long as a run may take here."
    assert store.get(run.id).message == said
