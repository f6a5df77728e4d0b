"""Where to look next: Optuna's samplers, its pruner and its measure of importance, behind four functions.

The study is rebuilt from the trials each time and every draw has a seed of its own, so that the same sweep
with the same trials always goes on in the same way, also after a restart. What was tried once is not tried
again: the same settings with the same seed would only give the same numbers.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.sweeps.paths import Value, Values
from core.sweeps.space import Choices, Range, Sweep, works
from core.sweeps.trials import Trial

if TYPE_CHECKING:
    import optuna

DRAWS = 200
"""How often another combination is drawn in place of one that was tried before or cannot be trained."""
STARTUP = 8
"""So many runs are drawn at random before TPE has enough to learn from."""
BEFORE_PRUNING = 4
"""So many runs must have finished before one is compared with them and pruned."""
BEFORE_IMPORTANCE = 10
"""So many runs must have finished before importances are more than chance."""


def propose(sweep: Sweep, trials: Sequence[Trial]) -> Values | None:
    """Return the values to try next, or None if there are none left.

    An interrupted trial says nothing about its values: they are tried again.
    """
    done = [trial for trial in trials if trial.state != "interrupted"]
    tried = [trial.values for trial in done]
    if sweep.sampler == "grid":
        return next((v for v in sweep.grid() if v not in tried and not works(sweep.base, v)), None)
    study, distributions = _study(sweep, done), _distributions(sweep)
    for draw in range(DRAWS):
        study.sampler = _sampler(sweep, _seed(sweep.seed, len(done), draw))
        drawn = study.ask(distributions).params
        values = {p.path: _readable(p, drawn[p.path]) for p in sweep.parameters}
        if values not in tried and not works(sweep.base, values):
            return values
    return None


def should_prune(sweep: Sweep, trials: Sequence[Trial], trial: Trial) -> bool:
    """Return whether a living trial does worse than the median of the finished ones at the same epoch.

    The median rule (Golovin et al. 2017, section 3.2.2) and not successive halving: the latter ends three
    runs of four after their first epochs, which suits hundreds of runs, not the twenty of a lesson. A trial
    is held to its best epoch, also where runs keep their last: one bad epoch on the way ends none.
    """
    import optuna

    if not sweep.prune or not trial.curve or trial.epochs >= trial.planned:
        return False
    pruner = optuna.pruners.MedianPruner(n_startup_trials=BEFORE_PRUNING, n_warmup_steps=2)
    others = [other for other in trials if other.run_id != trial.run_id]
    return bool(pruner.prune(_study(sweep, others), _frozen(trial, _distributions(sweep))))


def importance(sweep: Sweep, trials: Sequence[Trial]) -> dict[str, float]:
    """Return path → how much it decided whether a run is among the best quarter; the shares add up to 1.

    PED-ANOVA (Watanabe, Bansal & Hutter 2023). Empty while too few runs have finished
    (`missing_for_importance`).
    """
    if missing_for_importance(trials) or len(sweep.parameters) < 2:
        return {}
    optuna = _optuna()
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.25)
    shares = optuna.importance.get_param_importances(_study(sweep, trials), evaluator=evaluator)
    return {path: float(share) for path, share in shares.items()}


def missing_for_importance(trials: Sequence[Trial]) -> int:
    """Return how many more runs must finish before `importance` says something."""
    return max(0, BEFORE_IMPORTANCE - sum(trial.state == "finished" for trial in trials))


def _optuna() -> Any:
    """Return Optuna, imported late because it takes a while, and silent."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _study(sweep: Sweep, trials: Sequence[Trial]) -> "optuna.Study":
    direction = "maximize" if sweep.objective == "accuracy" else "minimize"
    study: optuna.Study = _optuna().create_study(direction=direction)
    distributions = _distributions(sweep)
    study.add_trials([_frozen(trial, distributions) for trial in trials if _fits(sweep, trial)])
    return study


def _fits(sweep: Sweep, trial: Trial) -> bool:
    """Return whether a trial has all values, and none that the sweep does not allow."""
    return all(p.path in trial.values and p.allows(trial.values[p.path]) for p in sweep.parameters)


def _frozen(trial: Trial, distributions: dict[str, Any]) -> "optuna.trial.FrozenTrial":
    """Return a trial as Optuna knows it.

    A diverged one counts as pruned, that is, as worse than all that finished; one that a person stopped or
    that failed says nothing.
    """
    import optuna

    states = optuna.trial.TrialState
    state = {"finished": states.COMPLETE, "pruned": states.PRUNED, "diverged": states.PRUNED}.get(trial.state)
    if trial.is_live:
        state = states.RUNNING
    elif state is states.COMPLETE and trial.score is None:
        state = states.PRUNED
    return optuna.trial.create_trial(
        state=state or states.FAIL,
        value=trial.score if state is states.COMPLETE else None,
        params=trial.values,
        distributions=distributions,
        intermediate_values=dict(trial.curve),
    )


def _distributions(sweep: Sweep) -> dict[str, Any]:
    return {parameter.path: _distribution(parameter) for parameter in sweep.parameters}


def _distribution(parameter: Choices | Range) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(parameter, Choices):
        return CategoricalDistribution(parameter.values)
    if parameter.integer:
        return IntDistribution(int(parameter.low), int(parameter.high), log=parameter.log)
    return FloatDistribution(parameter.low, parameter.high, log=parameter.log)


def _sampler(sweep: Sweep, seed: int) -> Any:
    import optuna

    if sweep.sampler == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP)


def _seed(*numbers: int) -> int:
    """Return 32 bits that depend on all of `numbers`."""
    return int.from_bytes(hashlib.sha256(repr(numbers).encode()).digest()[:4])


def _readable(parameter: Choices | Range, value: Value) -> Value:
    """Return a drawn number with four digits, still within its range."""
    if not isinstance(parameter, Range) or not isinstance(value, float):
        return value
    return min(max(float(f"{value:.4g}"), parameter.low), parameter.high)
