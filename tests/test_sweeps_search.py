"""The search itself, on functions whose best values are known: no training, no store."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.model.presets import PRESETS
from core.model.recipes import LESSON
from core.sweeps.budget import ending
from core.sweeps.paths import Values
from core.sweeps.search import importance, missing_for_importance, propose, should_prune
from core.sweeps.space import Sweep, parse_sweep
from core.sweeps.trials import State, Trial, best_first

BASE = json.loads(PRESETS["mlp"].spec.to_json())
RATE = {"kind": "range", "path": "optimizer.learning_rate", "low": 1e-5, "high": 1.0, "log": True}
ZOOM = {"kind": "range", "path": "augmentation.zoom", "low": 0.0, "high": 0.5}
BATCH = {"kind": "list", "path": "batch_size", "values": [32, 64, 128]}
KIND = {"kind": "list", "path": "optimizer.kind", "values": ["adam", "sgd"]}


def sweep_of(*parameters: dict[str, Any], **more: Any) -> Sweep:
    return parse_sweep({"base": BASE, "parameters": list(parameters)} | more)


def peak(values: Values) -> float:
    """Return an accuracy that is highest, 0.99, at a learning rate of 0.002 and a little zoom."""
    off = math.log10(float(values["optimizer.learning_rate"])) - math.log10(0.002)
    return 0.99 - 0.03 * off**2 - 0.1 * (float(values.get("augmentation.zoom", 0.1)) - 0.1) ** 2


def trial(number: int, values: Values, score: float | None, state: State = "finished", **more: Any) -> Trial:
    return Trial(number, str(number), values, state, False, score, score, **more)


def searched(sweep: Sweep, runs: int, measure: Callable[[Values], float] = peak) -> list[Trial]:
    """Return the trials of a sweep whose runs score what `measure` says."""
    trials: list[Trial] = []
    for number in range(1, runs + 1):
        values = propose(sweep, trials)
        if values is None:
            break
        trials.append(trial(number, values, measure(values)))
    return trials


@pytest.mark.parametrize("prune", [True, False])
def test_a_grid_visits_every_combination_exactly_once(prune: bool) -> None:
    sweep = sweep_of(RATE | {"steps": 4}, BATCH, KIND, sampler="grid", prune=prune)
    values = [tuple(t.values.values()) for t in searched(sweep, 100, lambda _: 0.5)]
    assert len(values) == len(set(values)) == sweep.combinations == 24
    assert {rate for rate, _, _ in values} == {1e-5, 0.000464, 0.0215, 1.0}


def test_a_grid_leaves_out_what_cannot_be_trained() -> None:
    base = json.loads(LESSON.to_json())
    pool = {"kind": "list", "path": "layers.1.pool_size", "values": [2, 7]}
    kernel = {"kind": "list", "path": "layers.2.kernel_size", "values": [3, 5]}
    sweep = parse_sweep({"base": base, "parameters": [pool, kernel], "sampler": "grid"})
    found = [tuple(t.values.values()) for t in searched(sweep, 10, lambda _: 0.5)]
    assert sorted(found) == [(2, 3), (2, 5), (7, 3)]


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
def test_a_finite_search_ends_when_everything_was_tried_and_repeats_nothing(sampler: str) -> None:
    trials = searched(sweep_of(BATCH, KIND, sampler=sampler), 100, lambda _: 0.5)
    assert len({tuple(t.values.values()) for t in trials}) == len(trials) == 6


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_search_depends_on_its_seed_alone_also_after_a_restart(sampler: str) -> None:
    sweep = sweep_of(RATE, ZOOM, KIND, sampler=sampler, seed=1)
    whole = searched(sweep, 14)
    assert [t.values for t in searched(sweep, 14)] == [t.values for t in whole]
    other = sweep_of(RATE, ZOOM, KIND, sampler=sampler, seed=2)
    assert [t.values for t in searched(other, 14)] != [t.values for t in whole]
    saved = parse_sweep(sweep.model_dump_json())
    for done in (3, 12):
        kept = [replace(t, values=json.loads(json.dumps(t.values))) for t in whole[:done]]
        assert propose(saved, kept) == whole[done].values


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
def test_what_was_interrupted_is_tried_again_and_what_a_person_stopped_is_not(sampler: str) -> None:
    sweep = sweep_of(RATE, BATCH, sampler=sampler)
    first, second = (t.values for t in searched(sweep, 2))
    assert propose(sweep, [trial(1, first, None, "interrupted")]) == first
    assert propose(sweep, [trial(1, first, 0.9), trial(2, second, None, "interrupted")]) == second
    assert propose(sweep, [trial(1, first, 0.5, "stopped")]) not in (None, first)


def test_drawn_values_stay_in_their_range_and_have_four_digits() -> None:
    epochs = {"kind": "range", "path": "epochs", "low": 1, "high": 500, "log": True, "integer": True}
    for t in searched(sweep_of(RATE, epochs, sampler="random"), 20, lambda _: 0.5):
        rate = t.values["optimizer.learning_rate"]
        assert isinstance(rate, float)
        assert 1e-5 <= rate <= 1
        assert rate == float(f"{rate:.4g}")
        assert isinstance(t.values["epochs"], int)


def test_tpe_comes_closer_to_a_known_best_than_random_draws() -> None:
    missed = {
        sampler: np.mean(
            [
                0.99 - max(t.score or 0 for t in searched(sweep_of(RATE, ZOOM, sampler=sampler, seed=s), 30))
                for s in range(4)
            ]
        )
        for sampler in ("random", "tpe")
    }
    assert missed["tpe"] < missed["random"] / 2


@pytest.mark.parametrize(("objective", "good", "bad"), [("accuracy", 0.97, 0.4), ("loss", 0.1, 1.8)])
def test_a_clearly_bad_run_is_pruned_and_a_good_one_is_not(objective: str, good: float, bad: float) -> None:
    sweep = sweep_of(RATE, objective=objective)
    done = [
        trial(n, {"optimizer.learning_rate": n / 100}, good, curve=((1, bad), (2, good), (3, good)))
        for n in range(1, 6)
    ]

    def pruned(*curve: float, others: list[Trial] = done, of: Sweep = sweep) -> bool:
        points = tuple(enumerate(curve, start=1))
        rate: Values = {"optimizer.learning_rate": 0.5}
        now = Trial(9, "now", rate, "running", True, curve=points, epochs=len(curve), planned=3)
        return should_prune(of, [*others, now], now)

    assert pruned(bad, bad)
    assert not pruned(bad)  # the first epoch says little
    assert not pruned(bad, good)
    assert not pruned(bad, bad, bad)  # there is nothing left to save
    assert not pruned(bad, bad, others=done[:3])  # too few to compare with
    assert not pruned(bad, bad, of=sweep_of(RATE, objective=objective, prune=False))
    assert pruned(bad, math.nan)


def test_diverged_and_pruned_runs_teach_tpe_where_not_to_look() -> None:
    sweep = sweep_of(RATE, sampler="tpe")
    low, high = np.geomspace(1e-4, 1e-3, 8), np.geomspace(0.05, 1, 8)
    good = [trial(n, {"optimizer.learning_rate": float(r)}, 0.9) for n, r in enumerate(low)]
    bad = [
        trial(n + 8, {"optimizer.learning_rate": float(r)}, None, "diverged", curve=((1, math.nan),))
        for n, r in enumerate(high)
    ]
    values = propose(sweep, good + bad)
    assert values is not None
    assert float(values["optimizer.learning_rate"]) < 0.05


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_importance_finds_the_setting_that_matters(sampler: str) -> None:
    sweep = sweep_of(RATE, BATCH, KIND, sampler=sampler)
    trials = searched(sweep, 20)
    shares = importance(sweep, trials)
    assert shares["optimizer.learning_rate"] > 0.5
    assert sum(shares.values()) == pytest.approx(1)
    assert importance(sweep, trials[:9]) == {}
    assert (missing_for_importance(trials[:9]), missing_for_importance(trials)) == (1, 0)


def test_the_best_run_is_the_one_with_the_best_score_among_those_that_ended() -> None:
    rate: Values = {"optimizer.learning_rate": 0.1}
    some = [trial(1, rate, 0.8), trial(2, rate, 0.9), trial(3, rate, 0.9), trial(4, rate, None, "failed")]
    living = replace(trial(5, rate, 0.99), is_live=True)
    assert [t.number for t in best_first(sweep_of(RATE), [*some, living])] == [2, 3, 1]
    assert [t.number for t in best_first(sweep_of(RATE, objective="loss"), some)] == [1, 2, 3]


def test_a_sweep_ends_with_its_runs_its_minutes_or_three_failures_in_a_row() -> None:
    rate: Values = {"optimizer.learning_rate": 0.1}
    good = trial(1, rate, 0.9, seconds=70)
    lost = trial(2, rate, None, "interrupted", message="The worker ended.")
    failed = trial(3, rate, None, "failed", message="Out of memory.")
    assert ending(sweep_of(RATE, runs=2), [good, lost]) is None  # the interrupted one is done again
    assert ending(sweep_of(RATE, runs=2), [good, good]) == ("finished", "All 2 runs are done.")
    assert ending(sweep_of(RATE, runs=1), [good]) == ("finished", "Its run is done.")
    assert ending(sweep_of(RATE, runs=None, minutes=2), [good]) is None
    over = "Its time is up: {} of training."
    for minutes, told in ((2, "2 minutes"), (1, "1 minute")):
        sweep = sweep_of(RATE, runs=None, minutes=minutes)
        assert ending(sweep, [good, good]) == ("finished", over.format(told))
    assert ending(sweep_of(RATE), [failed, good, lost, failed]) is None
    end = ending(sweep_of(RATE), [good, lost, lost, failed])
    assert end == ("stopped", "3 runs in a row failed; the last one says: Out of memory.")
