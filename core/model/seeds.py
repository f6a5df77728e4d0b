"""Repeats: the same configuration with other seeds, or with another fold to validate on."""

from collections.abc import Iterable

from core.model.specs import RunSpec


def without_seed(spec: RunSpec) -> RunSpec:
    """Return what all repeats of a configuration over seeds have in common."""
    return spec.model_copy(update={"seed": 0})


def without_fold(spec: RunSpec) -> RunSpec:
    """Return what the runs of a k-fold cross-validation have in common."""
    return in_fold(spec, spec.data.folds, 0)


def in_fold(spec: RunSpec, folds: int, fold: int) -> RunSpec:
    """Return the same configuration that validates on one of so many folds."""
    return spec.model_copy(update={"data": spec.data.model_copy(update={"folds": folds, "fold": fold})})


def free_seeds(spec: RunSpec, others: Iterable[RunSpec], count: int) -> list[int]:
    """Return the next seeds with which none of the others has trained this configuration yet."""
    bare = without_seed(spec)
    used = {other.seed for other in others if without_seed(other) == bare} | {spec.seed}
    seeds: list[int] = []
    seed = spec.seed
    while len(seeds) < count:
        seed = (seed + 1) % 2**31
        if seed not in used:
            seeds.append(seed)
    return seeds
