"""A run as a zip: into another store and back without loss; a stranger's zip costs one sentence."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import normalise
from core.errors import DataError, StoreError
from core.export.archive import STAYS, pack, unpack
from core.inference.networks import predict, probabilities
from core.model import layers as L
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, VALIDATION
from core.runs.pools import add_pool, load_pool
from core.runs.records import DatasetRecord, EpochPoint, Progress, Results, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.job import run_job
from tests.stacks import BLOCKS

Members = dict[str, bytes]


@pytest.fixture
def other(tmp_path: Path) -> RunStore:
    """The store of another dashboard."""
    return RunStore(f"sqlite:///{tmp_path / 'other.sqlite'}")


def saved(store: RunStore, spec: RunSpec) -> str:
    """Save an ended run with curves that are not all finite, and true predictions that are made up."""
    run = store.create(spec, "made up", "lenet-5", owner="somebody")
    nan = float("nan")
    epochs = [EpochPoint(1, 7, 0.1 + 0.2, 1 / 3, 0.4, 0.5, 1e-3, 1.5), EpochPoint(2, 14, *[nan] * 6)]
    steps = [StepPoint(n, 2.3 / n if n < 13 else nan, n / 15, n / 7) for n in range(1, 15)]
    store.record(run.id, Progress("training", 2, 7, 7, 1234.5, 3.0, 0.0), steps, epochs)
    index = np.arange(100, 220)
    labels = mnist.training().labels[index]
    wrong = np.where(np.arange(120) < 12, (labels + 1) % 10, labels)
    made_up = Predictions(index, labels, np.eye(10, dtype=np.float32)[wrong])
    store.put_artifact(run.id, VALIDATION, made_up.to_bytes())
    store.set_tags(run.id, ["lesson", "ü"])
    store.set_note(run.id, "# Why\n\n- **too fast** <b>\n- ü 👨‍👩‍👧‍👦")
    store.describe_data(run.id, {"name": "MNIST", "validation images": 120})
    store.end(
        run.id, RunStatus.DIVERGED, "The loss is not finite.", Results(1, 0.4, 0.9, 120, 0.41, 0.88, 10_000)
    )
    return run.id


def assert_equal_runs(first: RunStore, first_id: str, second: RunStore, second_id: str) -> None:
    one, two = first.get(first_id), second.get(second_id)
    same = {"id": "", "number": None, "owner": None, "heartbeat_at": 0.0, "group_id": None}
    same |= {"imported_at": None, "doubt": None, "holder": None}
    assert (one.imported_at, two.doubt) == (None, "")
    assert replace(one, **same) == replace(two, **same)
    a, b = first.history(first_id, 10**6), second.history(second_id, 10**6)
    for column in ("step", "loss", "accuracy", "seconds"):
        np.testing.assert_array_equal(getattr(a.steps, column), getattr(b.steps, column))
    np.testing.assert_array_equal(
        [list(vars(p).values()) for p in a.epochs], [list(vars(p).values()) for p in b.epochs]
    )
    names = set(first.artifact_names(first_id)) - set(STAYS)
    assert set(second.artifact_names(second_id)) == names
    for name in names - {MODEL}:
        assert first.artifact(first_id, name) == second.artifact(second_id, name)


@pytest.mark.parametrize("layers", [(L.Conv2D(filters=4), L.Flatten()), BLOCKS], ids=["plain", "blocks"])
def test_a_trained_run_with_its_own_images_moves_into_another_dashboard_whole(
    store: RunStore, other: RunStore, small_spec: RunSpec, tmp_path: Path, layers: tuple[L.Layer, ...]
) -> None:
    training = mnist.training()
    record = add_pool(store, Dataset("train.csv", training.images[:700], training.labels[:700]))
    data = small_spec.data.model_copy(update={"source": record.fingerprint})
    run = store.create(small_spec.model_copy(update={"data": data, "layers": layers}), "mine", owner="me")
    run_job(store, run.id)
    there = unpack(other, pack(store, run.id), "a guest")
    assert_equal_runs(store, run.id, other, there.id)
    assert (there.owner, there.id != run.id, there.is_live) == ("a guest", True, False)
    validation = Predictions.from_bytes(other.artifact(there.id, VALIDATION) or b"")
    np.testing.assert_array_equal(
        load_pool(other, record.fingerprint).labels[validation.index], validation.labels
    )
    path = tmp_path / "model.keras"
    path.write_bytes(other.artifact(there.id, "model.keras") or b"")
    assert keras.saving.load_model(path).count_params() == run.parameters


def test_a_run_that_diverged_keeps_its_nans_its_tags_and_its_words(
    store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    run_id = saved(store, small_spec)
    there = unpack(other, pack(store, run_id))
    assert_equal_runs(store, run_id, other, there.id)
    assert (there.owner, there.status, there.tags) == (None, RunStatus.DIVERGED, ("lesson", "ü"))
    assert np.isnan(other.history(there.id).steps.loss[-1])
    assert there.note == "# Why\n\n- **too fast** <b>\n- ü 👨‍👩‍👧‍👦"


def test_an_archive_from_before_notes_comes_in_and_one_without_a_note_is_like_it(
    store: RunStore, other: RunStore, small_spec: RunSpec, members: Members
) -> None:
    run_id = saved(store, small_spec)
    store.set_note(run_id, " ")
    with zipfile.ZipFile(io.BytesIO(pack(store, run_id))) as archive:
        assert "note" not in json.loads(archive.read("run.json"))
    before = {key: value for key, value in json.loads(members["run.json"]).items() if key != "note"}
    assert unpack(other, zipped(members | {"run.json": json.dumps(before).encode()})).note == ""


def test_a_note_comes_in_without_control_characters(members: Members, other: RunStore) -> None:
    assert unpack(other, zipped(told(note="a\0\x1b[1m\r\nb")(members))).note == "a[1m\nb"


def test_an_archive_imported_twice_makes_two_runs_also_where_it_came_from(
    store: RunStore, small_spec: RunSpec
) -> None:
    run_id = saved(store, small_spec)
    content = pack(store, run_id)
    twice = [unpack(store, content) for _ in range(2)]
    assert len({run_id, *(run.id for run in twice)}) == 3
    assert sorted(run.number or 0 for run in store.runs()) == [1, 2, 3]


def test_a_living_run_cannot_be_packed(store: RunStore, small_spec: RunSpec) -> None:
    with pytest.raises(DataError, match="still scheduled"):
        pack(store, store.create(small_spec, "x").id)


# --- archives that somebody changed ----------------------------------------------------------------


@pytest.fixture
def members(store: RunStore, small_spec: RunSpec) -> Members:
    with zipfile.ZipFile(io.BytesIO(pack(store, saved(store, small_spec)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def arrays(**values: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=True, **values)
    return buffer.getvalue()


def steps(count: int = 3, **changed: Any) -> bytes:
    values = {
        "step": np.arange(1, count + 1),
        **{k: np.full(count, 0.5) for k in ("loss", "accuracy", "seconds")},
    }
    return arrays(**values | changed)


def predictions(count: int = 120, **changed: Any) -> bytes:
    index = np.arange(100, 100 + count)
    labels = mnist.training().labels[index]
    values = {"index": index, "labels": labels, "probabilities": np.eye(10, dtype=np.float32)[labels]}
    return arrays(**values | changed)


def shuffled() -> bytes:
    """Return answers to the test images, as many right as run.json claims, the last image first."""
    index = np.arange(10_000)[::-1]
    labels = mnist.test().labels[index]
    wrong = np.where(index < 1_200, (labels + 1) % 10, labels)
    return arrays(index=index, labels=labels, probabilities=np.eye(10, dtype=np.float32)[wrong])


def frames(images: int, **changed: Any) -> bytes:
    halves = np.zeros((2, images), np.float16)
    values = {"confidence": halves, "truth": halves, "filters": np.zeros((2, 3, 3, 4), np.float16)}
    values |= {"epoch": np.ones(2, np.int32), "predicted": np.zeros((2, images), np.uint8)}
    return arrays(**values | changed)


def told(**changed: Any) -> Callable[[Members], Members]:
    return lambda old: old | {"run.json": json.dumps(json.loads(old["run.json"]) | changed).encode()}


def results(**changed: Any) -> Callable[[Members], Members]:
    return lambda old: told(results=json.loads(old["run.json"])["results"] | changed)(old)


def with_(**content: bytes) -> Callable[[Members], Members]:
    names = {"run": "run.json", "history": "history.csv", "steps": "steps.npz", "dataset": "dataset.npz"}
    names |= {"validation": "artifacts/validation.npz", "model": "artifacts/model.keras"}
    names |= {"frames": "artifacts/frames.npz", "test": "artifacts/test.npz"}
    return lambda old: old | {names.get(key, key): value for key, value in content.items()}


def without(name: str) -> Callable[[Members], Members]:
    return lambda old: {key: value for key, value in old.items() if key != name}


HEAD = b"epoch,step,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n"
BOMB = bytes(50_000_000)
HUGE = (
    b"\x93NUMPY\x01\x00v\x00"
    + b"{'descr': '<i8', 'fortran_order': False, 'shape': (999999999999,), }".ljust(117)
    + b"\n"
)
OPEN = b"\x93NUMPY\x01\x00\x04\x00{'(\n"
"""NumPy looks into it by `tokenize`, which has an error of its own."""
CHANGES: dict[str, tuple[Callable[[Members], Members], str]] = {
    "an absolute name": (with_(**{"/etc/passwd": b"x"}), "holds “/etc/passwd”"),
    "a way out": (with_(**{"../../run.json": b"x"}), "holds “../../run.json”"),
    "an unknown artifact": (with_(**{"artifacts/evil.py": b"x"}), "holds “artifacts/evil.py”"),
    "thousands of files": (with_(**{f"{n}": b"" for n in range(2000)}), "thousands of files"),
    "no run.json": (without("run.json"), "lacks run.json"),
    "no curves": (without("steps.npz"), "lacks steps.npz"),
    "a bomb": (with_(run=BOMB), "has “run.json” with 50.0 MB, the limit is 1.0 MB"),
    "a bomb inside": (with_(validation=zipped({"index.npy": BOMB})), "“index.npy” with 50.0 MB"),
    "a header that promises terabytes": (with_(steps=zipped({"step.npy": HUGE})), "lacks the array loss"),
    "terabytes in all": (
        with_(steps=zipped({f"{k}.npy": HUGE for k in ("step", "loss", "accuracy", "seconds")})),
        "has 0 bytes, its header promises another number",
    ),
    "no JSON": (with_(run=b"{"), "run.json is not JSON"),
    "JSON too deep": (with_(run=b"[" * 100_000), "run.json is not JSON"),
    "a list": (with_(run=b"[]"), "run.json cannot be used"),
    "a later version": (told(version=2), "“version”"),
    "an unknown key": (told(more=1), "Unknown key “more”"),
    "a live status": (told(status="running"), "only one that has ended"),
    "a status of no run": (told(status="great"), "“status”"),
    "a name that is a number": (told(name=3), "“name”"),
    "a name without end": (told(name="x" * 10_000), "“name”"),
    "a note without end": (told(note="x" * 4_001), "“note”"),
    "a note that is a list": (told(note=["x"]), "“note”"),
    "half a character": (
        lambda old: old | {"run.json": old["run.json"].replace(b"made up", b"\\ud800")},
        "JSON",
    ),
    "a time of no calendar": (told(created_at=1e300), "“created_at”"),
    "nested facts": (told(data={"a": {"b": 1}}), "“data.a"),
    "a layer of no kind": (told(spec={"layers": [{"kind": "magic"}]}), "configuration cannot be used"),
    "an accuracy above 1": (results(val_accuracy=1.5), "“results.val_accuracy”"),
    "a loss that is NaN": (results(test_loss=float("nan")), "run.json"),
    "no image at all": (results(val_images=0), "“results.val_images”"),
    "a better accuracy than it has": (
        results(val_accuracy=0.99),
        "gives an accuracy of 0.9000 on 120 images",
    ),
    "columns that are missing": (with_(history=b"epoch,loss\n1,2\n"), "is no table of numbers"),
    "words for numbers": (with_(history=HEAD + b"1,a,b,c,d,e,f,g\n"), "is no table of numbers"),
    "epochs backwards": (with_(history=HEAD + b"2,9,1,1,1,1,1,1\n1,8,1,1,1,1,1,1\n"), "out of order"),
    "an infinite loss": (with_(history=HEAD + b"1,9,inf,1,1,1,1,1\n"), "infinite"),
    "too many epochs": (
        with_(history=HEAD + b"".join(b"%d,%d,1,1,1,1,1,1\n" % (n, n) for n in range(1, 999))),
        "500",
    ),
    "no arrays": (with_(steps=b"PK"), "no zip file"),
    "steps as words": (with_(steps=steps(step=np.array(["a", "b", "c"]))), "expected <i8, n"),
    "a short column": (with_(steps=steps(loss=np.ones(2))), "different lengths"),
    "a table for a column": (with_(steps=steps(loss=np.ones((3, 2)))), "expected <f8, n"),
    "steps backwards": (with_(steps=steps(step=np.array([3, 2, 1]))), "out of order"),
    "a step no database holds": (with_(steps=steps(step=np.array([1, 2, 2**40]))), "out of order"),
    "an accuracy of 300%": (with_(steps=steps(accuracy=np.full(3, 3.0))), "outside 0 to 1"),
    "pickles": (with_(validation=predictions(labels=np.array([{}] * 120))), "expected |u1, n"),
    "labels of other images": (with_(validation=predictions(index=np.arange(120))), "other labels"),
    "images that do not exist": (
        with_(validation=predictions(index=np.arange(120) + 10**9)),
        "does not have",
    ),
    "no probabilities": (
        with_(validation=predictions(probabilities=np.full((120, 10), 9, np.float32))),
        "add up to 1",
    ),
    "epochs beyond the configuration": (
        with_(history=HEAD + b"1,7,1,1,1,1,1,1\n3,9,1,1,1,1,1,1\n"),
        "has an epoch 3, the configuration ends at 2",
    ),
    "a kept epoch that is not there": (results(best_epoch=3), "keeps epoch 3, which"),
    "a loss beyond float32": (with_(history=HEAD + b"1,9,1e39,1,1,1,1,1\n"), "negative or infinite"),
    "a loss of JSON beyond float32": (results(val_loss=1e300), "“results.val_loss”"),
    "centuries of training": (with_(steps=steps(seconds=np.full(3, 1e12))), "more than thirty years"),
    "numbers without end": (
        lambda old: old | {"run.json": old["run.json"].replace(b'"epochs": 2', b'"epochs": ' + b"9" * 9_000)},
        "number out of range",
    ),
    "infinity by many digits": (
        lambda old: old | {"run.json": old["run.json"].replace(b'"epochs": 2', b'"epochs": 1e999')},
        "“epochs”",
    ),
    "a layer that is nested": (
        lambda old: old | {"run.json": old["run.json"].replace(b'"conv2d"', b"[" * 150 + b"]" * 150)},
        "configuration cannot be used",
    ),
    "an image that is validated twice": (
        with_(validation=predictions(index=np.full(120, 100), labels=mnist.training().labels[[100] * 120])),
        "names an image twice",
    ),
    "only some test images": (with_(test=shuffled()), "must hold the test images in their order"),
    "a model that is none": (with_(model=zipped({"config.json": b"{}"})), "no Keras model"),
    "a model with a script": (with_(model=zipped({"evil.py": b""})), "holds “evil.py”"),
    "epochs of other images": (with_(frames=frames(5)), "expected |u1, n × 120"),
    "epochs with digits that are none": (
        with_(frames=frames(120, predicted=np.full((2, 120), 77, np.uint8))),
        "a digit above 9",
    ),
    "epochs surer than sure": (
        with_(frames=frames(120, truth=np.full((2, 120), np.nan, np.float16))),
        "probabilities outside 0 to 1",
    ),
    "epochs with filters without bounds": (
        with_(frames=frames(120, filters=np.full((2, 3, 3, 4), np.inf, np.float16))),
        "no finite numbers",
    ),
    "frames of an epoch before the first": (
        with_(frames=frames(120, epoch=np.zeros(2, np.int32))),
        "an epoch outside 1 to 2",
    ),
    "epochs of unknown images": (
        lambda old: without("artifacts/validation.npz")(with_(frames=frames(120))(old)),
        "without validation.npz",
    ),
    "a header with an open bracket": (
        with_(steps=zipped({f"{k}.npy": OPEN for k in ("step", "loss", "accuracy", "seconds")})),
        "step is no array",
    ),
    "images nobody asked for": (with_(dataset=arrays(images=np.zeros((1, 28, 28)))), "does not fit"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_changed_archive_costs_one_sentence_and_leaves_nothing(
    case: str, members: Members, other: RunStore
) -> None:
    change, sentence = CHANGES[case]
    with pytest.raises(DataError) as refused:
        unpack(other, zipped(change(members)))
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 400
    assert str(refused.value).isprintable()
    assert (other.runs(), other.datasets()) == ([], [])


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x05\x06" + bytes(18) + b"x"])
def test_what_is_no_zip_costs_one_sentence(content: bytes, other: RunStore) -> None:
    with pytest.raises(DataError, match=r"no zip file|lacks run\.json"):
        unpack(other, content)


def test_a_download_that_broke_off_is_called_damaged(
    store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    content = pack(store, saved(store, small_spec))
    for end in range(0, len(content), 97):
        with pytest.raises(DataError, match="no zip file or a damaged one"):
            unpack(other, content[:end])


def test_methods_that_unpack_in_one_go_are_refused(members: Members, other: RunStore) -> None:
    with pytest.raises(DataError, match="unusual way"):
        unpack(other, zipped(members, zipfile.ZIP_LZMA))


def test_control_characters_do_not_come_in(members: Members, other: RunStore) -> None:
    changed = told(
        name="a\x00\x1b[31m\nb",
        tags=["\x07", "t\x00"],
        message="m\x00",
        preset="no such",
        data={"k\n": "v\t"},
    )
    run = unpack(other, zipped(changed(members)))
    assert (run.name, run.tags, run.message, run.preset, run.data) == (
        "a [31m b",
        ("t",),
        "m",
        None,
        {"k": "v"},
    )


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a\x00b\n=c", "a b =c"), (" \t", "Untitled"), ("", "Untitled"), ("رقم.csv", "رقم.csv")],
)
def test_the_name_of_imported_images_is_kept_like_any_other(
    name: str, kept: str, store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    pool = mnist.training()
    mine = Dataset("mine", pool.images[:50], pool.labels[:50])
    source = f"csv-{mine.fingerprint}"
    store.put_dataset(DatasetRecord(source, "mine", 50, 0, 0.0), mine.to_bytes())
    data = small_spec.data.model_copy(update={"source": source, "images": 50})
    run = store.create(small_spec.model_copy(update={"data": data}), "x")
    store.end(run.id, RunStatus.STOPPED)
    with zipfile.ZipFile(io.BytesIO(pack(store, run.id))) as archive:
        packed = {member: archive.read(member) for member in archive.namelist()}
    unpack(other, zipped(told(dataset={"name": name, "dropped": 0})(packed)))
    assert [record.name for record in other.datasets()] == [kept]


def test_images_of_the_test_set_do_not_come_in_as_training_images(
    store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    pools = mnist.training(), mnist.test()
    images, labels = (np.concatenate([getattr(p, k)[:100] for p in pools]) for k in ("images", "labels"))
    leaky = Dataset("leaky", images, labels)
    record = DatasetRecord(f"csv-{leaky.fingerprint}", "leaky", 200, 0, 0.0)
    store.put_dataset(record, leaky.to_bytes())
    data = small_spec.data.model_copy(update={"source": record.fingerprint, "images": 200})
    run = store.create(small_spec.model_copy(update={"data": data}), "x")
    store.end(run.id, RunStatus.STOPPED)
    with pytest.raises(DataError, match="images of MNIST's test set"):
        unpack(other, pack(store, run.id))
    assert (other.runs(), other.datasets()) == ([], [])


def test_times_in_the_future_are_those_of_the_import_and_are_told_of(
    members: Members, other: RunStore
) -> None:
    before = time.time()
    claims = {"created_at": 4.09e9, "started_at": 4.09e9 + 5, "ended_at": 4.09e9 + 9}
    run = unpack(other, zipped(told(**claims)(members)))
    times = [run.created_at, run.started_at or 0, run.ended_at or 0, run.heartbeat_at, run.imported_at or 0]
    assert before <= min(times) <= max(times) <= time.time()
    assert run.message.endswith("Its times lay in the future; they were set to the moment of its import.")
    today = other.create(run.spec, "made today")
    assert [one.id for one in other.runs()] == [today.id, run.id]


def test_a_clock_that_is_a_minute_ahead_is_not_worth_a_word(members: Members, other: RunStore) -> None:
    run = unpack(other, zipped(told(created_at=time.time() + 60, ended_at=time.time() + 90)(members)))
    assert "future" not in run.message
    assert run.ended_at == run.created_at == run.imported_at


def test_times_that_run_backwards_are_put_in_order(members: Members, other: RunStore) -> None:
    run = unpack(other, zipped(told(created_at=5_000.0, started_at=3_000.0, ended_at=1_000.0)(members)))
    assert (run.created_at, run.started_at, run.ended_at) == (5_000.0, 5_000.0, 5_000.0)


def test_a_network_comes_in_as_made_here_and_with_a_doubt_if_it_says_something_else(
    store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    keras.utils.set_random_seed(1)
    model = build_model(small_spec.layers)
    run_id = saved(store, small_spec)  # whose predictions are made up
    store.put_artifact(run_id, MODEL, model_bytes(model))
    run = unpack(other, pack(store, run_id))
    assert "does not give the predictions that came with it" in (run.doubt or "")
    images = normalise(mnist.test().images[:5])
    np.testing.assert_allclose(
        probabilities(other.url, run.id, run.ended_at or 0.0, images), predict(model, images), atol=1e-6
    )
    again = unpack(store, pack(other, run.id))  # where it goes on to, it is doubted too
    assert again.doubt == run.doubt


@pytest.mark.parametrize("layers", [(L.Flatten(),), (L.Conv2D(filters=5), L.Flatten())])
def test_another_network_than_the_configurations_does_not_come_in(
    layers: tuple[L.Layer, ...], store: RunStore, other: RunStore, small_spec: RunSpec
) -> None:
    run_id = saved(store, small_spec)
    store.put_artifact(run_id, MODEL, model_bytes(build_model(layers)))
    with pytest.raises(DataError, match=r"model\.keras does not hold the network of its configuration"):
        unpack(other, pack(store, run_id))
    assert other.runs() == []


def test_a_run_with_numbers_that_no_archive_may_hold_is_not_exported(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "far off")
    beyond = Results(1, float("inf"), 0.1, 120, 2.3, 0.1, 10_000)
    store.end(run.id, RunStatus.STOPPED, results=beyond)
    with pytest.raises(DataError, match=r"cannot be exported: Invalid value for “results\.val_loss”"):
        pack(store, run.id)


def test_a_store_that_fails_halfway_keeps_nothing(members: Members, other: RunStore) -> None:
    with other._begin() as connection:
        connection.exec_driver_sql("DROP TABLE artifacts")
    with pytest.raises(StoreError):
        unpack(other, zipped(members))
    assert other.runs() == []


ANY_FILE = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def refused_or_harmless(store: RunStore, content: bytes) -> None:
    """Import what may be a good archive: the run then reads like any other."""
    try:
        run = unpack(store, content)
    except DataError as error:
        sentence = str(error)
    else:
        sentence = f"{run.name} {store.history(run.id).best_epoch} {run.spec.epochs}"
    assert sentence.isprintable()


@ANY_FILE
@given(data=st.data())
def test_damaged_bytes_are_refused_or_harmless(
    data: st.DataObject, members: Members, other: RunStore
) -> None:
    name = data.draw(st.sampled_from(["", *members]))
    content = bytearray(members[name] if name else zipped(members))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    refused_or_harmless(other, zipped(members | {name: cut}) if name else cut)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@ANY_FILE
@given(data=st.data())
def test_any_value_in_any_place_of_run_json_is_refused_or_harmless(
    data: st.DataObject, members: Members, other: RunStore
) -> None:
    value = place = json.loads(members["run.json"])
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    refused_or_harmless(other, zipped(members | {"run.json": json.dumps(value).encode()}))
