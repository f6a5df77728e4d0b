"""Training in bfloat16: offered and refused by what the processor says, held against Keras' own policy."""

from collections.abc import Callable
from contextlib import closing

import keras
import numpy as np
import pytest

from core.data import mnist
from core.data.prepare import normalise, one_hot, prepare
from core.errors import SpecError
from core.inference.steps import unfolded
from core.model import layers as L
from core.model.build import build_model, compile_model
from core.model.changes import changes
from core.model.link import from_link, to_link
from core.model.optimizers import SGD
from core.model.precision import check_precision
from core.model.specs import RunSpec, parse
from core.processor import has_bfloat16, instructions
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.sweeps.settings import settings
from core.training.answers import predict
from core.training.environment import environment
from core.training.fit import fit
from core.training.job import _unfit, run_job, run_next
from core.training.launcher import Launcher
from core.training.step import Step
from tests.stacks import BLOCKS
from tests.test_training_fit import Notes, run
from tests.test_training_step import SMALL

POOL = mnist.training()
X, Y = normalise(POOL.images[:640])[..., None], one_hot(POOL.labels[:640])
REASON = "this processor has no bfloat16 (AVX512-BF16 or AMX); emulated it would take many times as long"
in_hardware = pytest.mark.skipif(not has_bfloat16(), reason=REASON)
BF16 = {"precision": "bfloat16"}


@pytest.fixture
def no_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "fpu avx avx2 avx512f")


def says(monkeypatch: pytest.MonkeyPatch, flags: str) -> None:
    monkeypatch.setattr("core.processor.told", lambda: {"model name": "Some CPU", "flags": flags})


@pytest.mark.parametrize(
    ("flags", "has"),
    [
        ("fpu avx2", False),
        ("avx2 avx512f avx512_vnni", False),
        ("avx2 avx512f avx512_bf16", True),
        ("avx2 avx512f amx_tile amx_bf16", True),
        ("avx2 amx_int8 amx_tile", False),
    ],
)
def test_bfloat16_is_there_where_the_processor_multiplies_it(
    flags: str, has: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(monkeypatch, flags)
    assert has_bfloat16() is has
    assert environment()["processor"] == "Some CPU"
    assert environment()["instructions"] == ", ".join(instructions())


def test_where_nothing_is_told_of_the_processor_bfloat16_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.processor.told", dict)
    assert not has_bfloat16()
    assert not {"processor", "instructions"} & set(environment())


def test_a_processor_without_it_is_refused_bfloat16_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "avx2 avx512f avx512_bf16")
    check_precision("float32")
    check_precision("bfloat16")
    says(monkeypatch, "avx2 avx512f")
    check_precision("float32")
    with pytest.raises(SpecError, match="set the number format to float32"):
        check_precision("bfloat16")


def test_no_run_is_begun_where_the_processor_cannot_train_it(
    store: RunStore, small_spec: RunSpec, no_bfloat16: None
) -> None:
    """However it is started: repeated, in folds, longer, or by a sweep."""
    with closing(Launcher(store, workers=0)) as launcher, pytest.raises(SpecError, match="number format"):
        launcher.launch(small_spec.model_copy(update=BF16), "x", group_id="repeats")
    assert store.runs() == []


def test_a_worker_without_it_leaves_the_run_to_one_that_has_it(
    any_store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its processor may be another one than the server's, or than that of the worker that began the run."""
    store, short = any_store, small_spec.model_copy(update={"epochs": 1})
    made, other = store.create(short.model_copy(update=BF16), "x"), store.create(short, "float32")
    store.claim(made.id, {}, "dies first", attempts=1)
    store.take_back("dies first")
    says(monkeypatch, "avx2 avx512f")
    assert run_next(store, "without")
    assert store.get(other.id).status is RunStatus.FINISHED
    assert not run_next(store, "without")
    assert store.get(made.id).waits
    assert "a worker whose processor multiplies in bfloat16" in store.get(made.id).message
    says(monkeypatch, "avx2 avx512f avx512_bf16")
    taken = store.claim_next("with", {}, _unfit)
    assert taken is not None
    assert (taken.id, taken.message) == (made.id, "")


def test_a_run_that_cannot_be_read_fails_alone(store: RunStore, small_spec: RunSpec) -> None:
    """As one that a later version saved into a store that both use: the queue goes on behind it."""
    bad = store.create(small_spec, "later")
    store._update(bad.id, {"spec": small_spec.to_json().replace('"conv2d"', '"conv9d"')})
    assert run_next(store, "w")
    assert store.get(bad.id).status is RunStatus.FAILED
    assert "Invalid value for layer 1" in store.get(bad.id).message


def test_a_stopped_run_in_bfloat16_is_measured_by_any_worker(
    store: RunStore, small_spec: RunSpec, no_bfloat16: None
) -> None:
    made = store.create(small_spec.model_copy(update=BF16), "x")
    store.claim(made.id, {}, "gone", attempts=1)
    store.ask(made.id, Command.STOP)
    store.take_back("gone")
    assert run_next(store, "without")
    assert (store.get(made.id).status, store.get(made.id).is_live) == (RunStatus.STOPPED, False)


def test_a_terminal_without_it_says_so_at_once(
    store: RunStore, small_spec: RunSpec, no_bfloat16: None
) -> None:
    made = store.create(small_spec.model_copy(update=BF16), "x")
    run_job(store, made.id)
    ended = store.get(made.id)
    assert ended.status is RunStatus.FAILED
    assert "does not multiply in bfloat16" in ended.message


def test_what_was_saved_before_there_was_a_choice_is_float32(small_spec: RunSpec) -> None:
    before = small_spec.model_dump(mode="json")
    del before["precision"]
    assert parse(before) == small_spec
    other = small_spec.model_copy(update=BF16)
    assert len(to_link(small_spec)) < len(to_link(other))
    assert from_link(to_link(other)) == other
    assert changes(small_spec, other) == ["number format float32 → bfloat16"]
    assert "precision" not in settings(small_spec)


@in_hardware
@pytest.mark.parametrize("layers", [pytest.param(SMALL, id="small"), pytest.param(BLOCKS, id="blocks")])
def test_twenty_steps_are_those_of_keras_own_policy_within_its_rounding(layers: tuple[L.Layer, ...]) -> None:
    """By three significant digits: a step in float32 stands beside it and is further away in the first."""
    spec = RunSpec(layers=layers, optimizer=SGD(learning_rate=0.05))
    plain, ours, other = made(spec, "mixed_bfloat16"), made(spec), made(spec)
    in_bfloat16, in_float32 = Step(ours, precision="bfloat16"), Step(other)
    for at in range(20):
        chosen = slice(32 * at % 640, 32 * at % 640 + 32)
        wanted = float(plain.train_on_batch(X[chosen], Y[chosen], return_dict=True)["loss"])
        plain.reset_metrics()
        loss, _ = in_bfloat16(X[chosen], Y[chosen], 0.05)
        float32, _ = in_float32(X[chosen], Y[chosen], 0.05)
        if at == 0:
            assert loss == pytest.approx(wanted, rel=1e-4)
            assert abs(float32 - wanted) > abs(loss - wanted)
        assert loss == pytest.approx(wanted, rel=0.02)
    for mine, keras_own in zip(ours.variables, plain.variables, strict=True):
        assert mine.dtype == keras_own.dtype
        np.testing.assert_allclose(mine.numpy(), keras_own.numpy(), atol=0.03, err_msg=mine.path)


def made(spec: RunSpec, policy: str = "float32") -> keras.Model:
    """Return a spec's network whose layers but the last have one of Keras' policies from the beginning."""
    keras.utils.set_random_seed(5)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = compile_model(spec)
    finally:
        keras.config.set_dtype_policy(before)
    model.layers[-1].dtype_policy = "float32"
    return model


@in_hardware
@pytest.mark.parametrize("by_keras", ["no", "yes"])
def test_what_was_trained_in_bfloat16_answers_and_is_saved_in_float32(
    by_keras: str, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_PLAIN_FIT", by_keras)
    spec = small_spec.model_copy(update=BF16)
    fitted, _, data = run(spec)
    _, notes, _ = run(small_spec)
    assert [point.loss for point in fitted.epochs] != [point.loss for point in notes.epochs]
    assert {layer.dtype_policy.name for layer in unfolded(fitted.model)} == {"float32"}
    plain = build_model(spec.layers)
    plain.set_weights(fitted.model.get_weights())
    plain.compile(loss="categorical_crossentropy")
    loss = plain.evaluate(data.x_val, data.y_val, verbose=0)
    assert fitted.kept is not None
    assert fitted.kept.val_loss == pytest.approx(loss, rel=1e-6)
    wanted = predict(plain, data.x_val)
    for said in (predict(fitted.model, data.x_val), fitted.model.predict_on_batch(data.x_val)):
        np.testing.assert_allclose(said, wanted, atol=1e-5)  # the second was compiled after the first epoch


@in_hardware
@pytest.mark.parametrize("by_keras", ["no", "yes"])
def test_what_was_stopped_in_an_epoch_answers_in_float32_too(
    by_keras: str, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_PLAIN_FIT", by_keras)
    fitted, _, _ = run(small_spec.model_copy(update=BF16), Notes(commands={5: Command.STOP}))
    assert fitted.status is RunStatus.STOPPED
    assert {layer.dtype_policy.name for layer in unfolded(fitted.model)} == {"float32"}


class Keeper(Notes):
    """A watcher that keeps the first checkpoint."""

    content = b""

    def on_checkpoint(self, content: Callable[[], bytes]) -> None:
        self.content = self.content or content()


@in_hardware
def test_a_training_in_bfloat16_goes_on_from_its_checkpoint_to_the_last_digit(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(update=BF16 | {"layers": SMALL, "epochs": 3})
    data, keeper, again = prepare(POOL, spec.data), Keeper(), Notes()
    through = fit(spec, data, keeper)
    resumed = fit(spec, data, again, keeper.content)
    assert [(p.step, p.loss) for p in again.steps] == [(p.step, p.loss) for p in keeper.steps[10:]]
    assert [p.val_loss for p in again.epochs] == [p.val_loss for p in keeper.epochs[1:]]
    for mine, other in zip(resumed.last_weights, through.last_weights, strict=True):
        np.testing.assert_array_equal(mine, other)
