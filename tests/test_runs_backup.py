"""A whole store in one file, while it is in use, and back; and what becomes of a file that goes away."""

from pathlib import Path

import pytest

from core.errors import StoreError
from core.home import store_url
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT
from core.runs.backup import backup, restore
from core.runs.records import BUNDLED, DatasetRecord, EpochPoint, Progress, Run, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.terminal import main as terminal
from tests.postgresql import Postgres
from tests.test_earlier import FOLDER


def filled(store: RunStore, spec: RunSpec) -> tuple[Run, Run]:
    """Save an ended run with all that belongs to one, and one that a worker is at."""
    record = DatasetRecord("csv-0123456789abcdef", "train.csv", 5, 1, 0.0)
    store.put_dataset(record, b"images")
    ended, living = store.create(spec, "ended", owner="a"), store.create(spec, "living")
    store.set_tags(ended.id, ["ünï"])
    point = EpochPoint(1, 2, 0.3, 0.8, float("nan"), 0.9, 0.001, 1.0)
    store.record(ended.id, Progress(), [StepPoint(1, 1.0, 0.5, 0.1)], [point])
    store.end(ended.id, RunStatus.FINISHED)
    assert store.claim(living.id, {"python": "3"}, "w", attempts=1)
    store.put_artifact(living.id, CHECKPOINT, bytes(range(256)))
    return store.get(ended.id), store.get(living.id)


def test_a_store_comes_back_whole_from_its_copy(
    any_store: RunStore, small_spec: RunSpec, tmp_path: Path, postgres: Postgres
) -> None:
    runs = filled(any_store, small_spec)
    assert backup(any_store.url, tmp_path / "copy.sqlite") == 2
    any_store.create(small_spec, "later")
    for url in (f"sqlite:///{tmp_path / 'new.sqlite'}", postgres.database()):
        assert restore(tmp_path / "copy.sqlite", url) == 2
        again = RunStore(url)
        assert again.runs() == list(runs[::-1])
        epochs = again.history(runs[0].id).epochs
        assert [(p.epoch, p.loss) for p in epochs] == [(1, 0.3)]
        assert again.artifact(runs[1].id, CHECKPOINT) == bytes(range(256))
        assert again.dataset("csv-0123456789abcdef")[1] == b"images"
        assert again.take_back("w") == 1
        assert again.get(runs[1].id).waits  # the next server goes on with it
        assert again.create(small_spec, "new").number == 3


def test_what_an_earlier_version_backed_up_is_restored(tmp_path: Path) -> None:
    (file,) = Path(FOLDER).glob("*/*.sqlite")
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert restore(file, url) == len(RunStore(url).runs()) > 0


def test_only_an_empty_store_takes_a_copy_and_only_of_a_store(
    store: RunStore, small_spec: RunSpec, tmp_path: Path
) -> None:
    copy, url = tmp_path / "copy.sqlite", f"sqlite:///{tmp_path / 'new.sqlite'}"
    store.create(small_spec, "mine")
    store.create(small_spec, "came along", owner=BUNDLED)
    backup(store.url, copy)
    with pytest.raises(StoreError, match="there already"):
        backup(store.url, copy)
    with pytest.raises(StoreError, match="holds runs already"):
        restore(copy, store.url)
    RunStore(url).create(small_spec, "came along", owner=BUNDLED)
    assert restore(copy, url) == 2
    (tmp_path / "text").write_text("no database " * 1000)
    for name in ("text", "none"):
        with pytest.raises(StoreError, match=f"{name}.* expected"):
            restore(tmp_path / name, f"sqlite:///{tmp_path / 'other.sqlite'}")


def test_the_terminal_copies_and_restores(
    small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    RunStore(store_url()).create(small_spec, "x")
    assert terminal.main(["backup", str(tmp_path / "copy.sqlite")]) == 0
    monkeypatch.setenv("DIGITS_HOME", str(tmp_path / "other"))
    assert terminal.main(["restore", str(tmp_path / "copy.sqlite")]) == 0
    assert "one run restored" in capsys.readouterr().out
    assert [run.name for run in RunStore(store_url()).runs()] == ["x"]
    assert terminal.main(["restore", str(tmp_path / "copy.sqlite")]) == 1


def test_a_file_that_is_deleted_while_in_use_is_noticed_and_another_in_its_place_is_opened(
    store: RunStore, small_spec: RunSpec, tmp_path: Path
) -> None:
    store.create(small_spec, "x")
    backup(store.url, tmp_path / "copy.sqlite")
    for name in ("runs.sqlite", "runs.sqlite-wal", "runs.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with pytest.raises(StoreError, match="deleted or moved away"):
        store.runs()
    with pytest.raises(StoreError, match="deleted or moved away"):
        store.create(small_spec, "y")
    (tmp_path / "copy.sqlite").rename(tmp_path / "runs.sqlite")
    assert [run.name for run in store.runs()] == ["x"]
