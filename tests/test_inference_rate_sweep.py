"""The sweep of the learning rate, on a real small network."""

from pathlib import Path

import numpy as np
import pytest

from core.analysis.rate_range import RateSweep, suggestion
from core.data import mnist
from core.data.prepare import prepare
from core.errors import DataError, StoreError
from core.inference import rate_sweep
from core.model.optimizers import Adam, Momentum, Optimizer
from core.model.specs import RunSpec
from core.runs.store import RunStore
from core.training.fit import fit
from tests.test_training_fit import Notes


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sweep is shortened because the machine is slow."""
    monkeypatch.setattr(rate_sweep, "BUDGET", 1e9)
    monkeypatch.setattr(rate_sweep, "LONGEST", 1e9)
    rate_sweep._sweeps.clear()


def swept(spec: RunSpec, name: str = "x") -> list[RateSweep]:
    """Ask until the sweep is over and return all answers."""
    answers: list[RateSweep] = []
    while not answers or not answers[-1].is_over:
        seen = len(answers[-1].rates) if answers else 0
        answers.append(rate_sweep.sweep_further("sqlite://", name, spec.to_json(), seen))
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", [Adam(), Momentum()])
def test_the_rate_that_is_suggested_trains_better_than_far_smaller_and_far_larger_ones(
    small_spec: RunSpec, optimizer: Optimizer
) -> None:
    spec = small_spec.model_copy(update={"optimizer": optimizer})
    sweep = swept(spec)[-1]
    assert sweep.rates[0] == pytest.approx(optimizer.usual_rate / 10_000)
    np.testing.assert_allclose(np.diff(np.log(sweep.rates)), np.log(sweep.rates[1] / sweep.rates[0]))
    assert sweep.exploded or (len(sweep.rates), sweep.rates[-1]) == (100, pytest.approx(10))
    found = suggestion(sweep)
    assert found is not None
    losses = {}
    for factor in (0.001, 1, 1000):
        rate = min(100.0, factor * found.taken)
        changed = spec.model_copy(update={"optimizer": optimizer.model_copy(update={"learning_rate": rate})})
        fitted = fit(changed, prepare(mnist.training(), spec.data), Notes())
        losses[factor] = fitted.kept.val_loss if fitted.kept else np.inf
    assert losses[1] < losses[0.001]
    assert losses[1] < losses[1000]


def test_a_sweep_is_the_same_however_it_is_cut_into_questions(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_sweep, "TURN", 0.05)
    several = swept(small_spec)
    monkeypatch.setattr(rate_sweep, "TURN", 1e9)
    other_rate = small_spec.model_copy(update={"optimizer": Adam(learning_rate=0.5)})
    whole = swept(other_rate)
    assert (len(whole), len(several) > 1) == (1, True)
    np.testing.assert_array_equal(several[-1].losses, whole[-1].losses)
    shares = [answer.share for answer in several]
    assert shares == sorted(shares)


def test_a_question_that_ends_before_the_last_batch_does_not_end_the_sweep(small_spec: RunSpec) -> None:
    whole = len(swept(small_spec)[-1].rates)
    sweep = rate_sweep._Sweep("sqlite://", small_spec)
    for _ in range(whole - 1):
        sweep._step()
    assert not sweep.go_on(0.0).is_over
    last = sweep.go_on(1e9)
    assert (last.is_over, len(last.rates)) == (True, whole)


def test_a_sweep_that_waits_no_more_is_said_to_be_broken_off(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_sweep, "TURN", 0.0)
    monkeypatch.setattr(rate_sweep, "HELD", 1)
    for name in ("a", "b"):
        assert rate_sweep.sweep_further("sqlite://", name, small_spec.to_json(), 0).share == 0
    with pytest.raises(DataError, match="begin it once more"):
        rate_sweep.sweep_further("sqlite://", "a", small_spec.to_json(), 3)


def test_a_network_too_slow_for_a_search_is_refused_in_a_sentence(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_sweep, "LONGEST", 0.0)
    with pytest.raises(DataError, match="choose a smaller batch"):
        swept(small_spec)


def test_uploaded_images_that_are_not_here_are_missed(small_spec: RunSpec, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    RunStore(url)
    data = small_spec.data.model_copy(update={"source": "csv-0123456789abcdef"})
    with pytest.raises(StoreError):
        rate_sweep.sweep_further(url, "x", small_spec.model_copy(update={"data": data}).to_json(), 0)
