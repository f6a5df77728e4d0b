"""Imported runs on the pages: chosen by nobody's page but their owner's, doubted where they are shown."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.predictions import Predictions
from core.data import mnist
from core.export.archive import pack, unpack
from core.inference.weights import CONFIG, WEIGHTS
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, VALIDATION
from core.runs.store import open_store
from tests.disk import fill
from tests.pages.conftest import end_all_but_the_lane
from tests.pages.test_by_hand import kaggle_file, upload
from tests.pages.test_exports import uploader
from tests.pages.test_pages import page, saved, texts
from tests.postgresql import Postgres


def with_model(spec: RunSpec, name: str, model: bytes | None = None) -> str:
    """Save a run with an untrained network, unless another file is given, and made-up predictions."""
    keras.utils.set_random_seed(5)
    run_id = saved(open_store(), spec, name)
    open_store().put_artifact(run_id, MODEL, model or model_bytes(build_model(spec.layers)))
    labels = mnist.training().labels[:100]
    said = np.eye(10, dtype=np.float32)[np.where(np.arange(100) < 92, labels, (labels + 1) % 10)]
    open_store().put_artifact(run_id, VALIDATION, Predictions(np.arange(100), labels, said).to_bytes())
    return run_id


@pytest.fixture
def archive(small_spec: RunSpec) -> bytes:
    """A run of elsewhere whose predictions its network does not give; only its zip is here."""
    run_id = with_model(small_spec, "from elsewhere")
    content = pack(open_store(), run_id)
    open_store().delete([run_id])
    return content


def options(test: AppTest, label: str) -> list[str]:
    return list(next(one for one in test.multiselect if one.label == label).value)


def brought(test: AppTest, content: bytes) -> AppTest:
    uploader(test, "zip").set_value(("run.zip", content, "application/zip")).run(timeout=240)
    assert not test.exception
    return test


def spoilt(archive: bytes) -> bytes:
    """Return the archive with a file for its network that holds none."""
    model, buffer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(model, "w") as new:
        new.writestr(CONFIG, json.dumps({"filters": 40_000_000}))
        new.writestr(WEIGHTS, b"no weights")
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, model.getvalue() if name.endswith(MODEL) else old.read(name))
    return buffer.getvalue()


def test_the_lane_looks_at_an_imported_network_and_doubts_are_said_wherever_it_is_shown(
    archive: bytes, small_spec: RunSpec
) -> None:
    test = brought(page("runs/page.py"), spoilt(archive))
    (error,) = test.error
    assert error.value.startswith("The archive's model.keras is damaged, its weights cannot be read")
    assert open_store().runs() == []
    brought(test, archive)
    assert not test.error
    assert "“from elsewhere” was imported." in texts(test)
    (came,) = open_store().runs()
    assert next(box for box in page("results/page.py").selectbox if box.label == "Run").value == came.id
    assert options(page("kaggle/page.py"), "Networks") == [came.id]
    own = with_model(small_spec, "own")
    assert page("runs/page.py").dataframe[0].value["imported"].notna().tolist() == [False, True]
    doubt = "The network in this file does not give the predictions that came with it"
    for name, query in (
        ("results/page.py", {"run": came.id}),
        ("draw/page.py", {"by": came.id}),
        ("kaggle/page.py", {"nets": came.id}),
        ("compare/page.py", {"compare": f"{own},{came.id}", "view": "Settings"}),
    ):
        assert [doubt in warning.value for warning in page(name, **query).warning] == [True], name


def test_no_page_chooses_a_run_that_somebody_else_imported(archive: bytes, small_spec: RunSpec) -> None:
    came = unpack(open_store(), archive, "another browser")
    assert "imported by others: choose one" in texts(page("results/page.py"))
    assert options(page("draw/page.py"), "Networks that read") == []
    assert options(page("kaggle/page.py"), "Networks") == []
    own = with_model(small_spec.model_copy(update={"seed": 9}), "own")
    newer = unpack(open_store(), archive, "another browser")
    assert newer.imported_at is not None
    assert next(box for box in page("results/page.py").selectbox if box.label == "Run").value == own
    assert options(page("draw/page.py"), "Networks that read") == [own]
    assert options(page("kaggle/page.py"), "Networks") == [own]
    assert options(page("draw/page.py", by=came.id), "Networks that read") == [came.id]
    assert (
        next(box for box in page("results/page.py", run=came.id).selectbox if box.label == "Run").value
        == came.id
    )


def test_a_table_without_imports_has_no_column_for_them(small_spec: RunSpec) -> None:
    saved(open_store(), small_spec, "own")
    assert "imported" not in page("runs/page.py").dataframe[0].value.columns


def test_a_network_that_cannot_answer_is_left_out_of_a_submission(small_spec: RunSpec) -> None:
    other = model_bytes(build_model(small_spec.layers[1:]))
    runs = [with_model(small_spec, "able"), with_model(small_spec, "unable", other)]
    test = upload(page("kaggle/page.py", nets=",".join(runs)), "test.csv", kaggle_file(28_000))
    next(button for button in test.button if button.label == "Make submission.csv").click().run(timeout=240)
    assert not test.exception
    assert not test.error
    (left_out,) = [warning.value.replace("\\", "") for warning in test.warning]
    assert left_out.startswith(f"Left out: unable: The model of run {runs[1]} does not hold the network of")
    assert "Checked: `ImageId,Label`" in texts(test)
    assert "networks together" not in texts(test)
    next(box for box in test.multiselect if box.label == "Networks").set_value([runs[1]]).run()
    next(button for button in test.button if button.label == "Make submission.csv").click().run(timeout=240)
    (error,) = test.error
    assert "does not hold the network of its configuration" in error.value


def test_after_an_import_a_refused_zip_is_told_beside_the_imported_run(archive: bytes) -> None:
    test = brought(page("runs/page.py"), archive)
    brought(test, b"no zip")
    assert "was imported" in texts(test)
    assert len(test.error) == 1
    assert [button.label for button in test.button].count("Dismiss") == 2


def test_no_page_chooses_a_network_that_is_not_here_before_one_that_is(small_spec: RunSpec) -> None:
    unable = saved(open_store(), small_spec, "unable")
    assert options(page("draw/page.py"), "Networks that read") == [unable]
    assert options(page("kaggle/page.py"), "Networks") == [unable]
    able = with_model(small_spec, "able")
    assert options(page("draw/page.py"), "Networks that read") == [able]
    assert options(page("kaggle/page.py"), "Networks") == [able]
    asked = page("draw/page.py", by=unable)
    assert options(asked, "Networks that read") == [unable]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_on_small_disk(
    request: pytest.FixtureRequest, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    if request.param == "sqlite":
        monkeypatch.setenv("DIGITS_STORE", f"sqlite:///{small_disk / 'runs.sqlite'}")
        yield
        return
    server: Postgres = request.getfixturevalue("postgres")
    monkeypatch.setenv("DIGITS_STORE", server.database(place=small_disk))
    yield
    end_all_but_the_lane()
    server.drop(open_store().url)


@pytest.mark.usefixtures("store_on_small_disk")
def test_what_a_full_disk_has_no_room_for_is_not_kept_in_part_and_can_be_brought_again(
    archive: bytes, small_disk: Path, small_spec: RunSpec
) -> None:
    here = saved(open_store(), small_spec, "was here before")
    test = page("runs/page.py")
    others = fill(small_disk)
    brought(test, archive)
    (error,) = test.error
    assert "the disk is full" in error.value
    assert [run.id for run in open_store().runs()] == [here]
    shown = page("results/page.py", run=here)  # what is saved can be read
    assert not shown.error
    assert "was here before" in str(next(box for box in shown.selectbox if box.label == "Run").options)
    others.unlink()
    brought(page("runs/page.py"), archive)
    assert [run.name for run in open_store().runs()] == ["from elsewhere", "was here before"]
