"""Settings of a spec by their path, such as "optimizer.learning_rate" or "layers.3.rate": read and replaced.

"layers.*.activation" stands for the activation of all layers that have one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import SpecError
from core.model.specs import RunSpec, parse

Value = bool | int | float | str
Values = dict[str, Value]
"""Path → what it is set to."""

OPTIONAL = ("early_stopping.patience", "weight_averaging.momentum")
"""Settings of what may be off; setting one turns it on."""
KINDS = ("optimizer.kind", "schedule.kind")
"""Settings that decide which others there are."""


def apply(base: RunSpec, values: Mapping[str, Value]) -> RunSpec:
    """Return `base` with other values of some settings.

    Another kind of optimizer or schedule comes with its own defaults; only the learning rate stays.

    Raises:
        SpecError: the result cannot be trained, or there is no such setting; one sentence says why.
    """
    tree = base.model_dump(mode="json")
    for path in sorted(values, key=lambda path: path not in KINDS):  # kinds first
        _put(tree, path, values[path])
    return parse(tree)


def read(spec: RunSpec, paths: Iterable[str]) -> Values:
    """Return what the settings at `paths` are set to in `spec`; one that it does not have is left out."""
    return read_tree(spec.model_dump(mode="json"), paths)


def read_tree(tree: dict[str, Any], paths: Iterable[str]) -> Values:
    """Return the same as `read` from a spec's JSON object, without checking it: cheap for many runs."""
    found = {path: _get(tree, path) for path in paths}
    return {path: value for path, value in found.items() if value is not None}


def overlaps(path: str, other: str) -> bool:
    """Return whether setting one of two paths would change the other."""
    if path == other:
        return True
    first, second = path.split("."), other.split(".")
    return first[0] == second[0] == "layers" and first[2:] == second[2:] and "*" in (first[1], second[1])


def _put(tree: dict[str, Any], path: str, value: Value) -> None:
    *parents, field = path.split(".")
    if path in OPTIONAL:
        tree[parents[0]] = {field: value}
    elif path in KINDS and tree[parents[0]]["kind"] != value:
        rate = {key: v for key, v in tree[parents[0]].items() if key == "learning_rate"}
        tree[parents[0]] = {field: value} | rate
    else:
        holders = _holders(tree, parents, field)
        for holder in holders:
            holder[field] = value
        if not holders:
            raise SpecError(f"There is no setting “{path[:80]}” in this configuration.")


def _get(tree: dict[str, Any], path: str) -> Any:
    *parents, field = path.split(".")
    if path in OPTIONAL and tree.get(parents[0]) is None:
        return None
    return next((holder.get(field) for holder in _holders(tree, parents, field)), None)


def _holders(tree: dict[str, Any], parents: list[str], field: str) -> list[dict[str, Any]]:
    """Return the JSON objects that hold a field: one, or several layers."""
    if not parents:
        return [tree]
    if parents[0] == "layers" and len(parents) == 2:
        layers = tree["layers"]
        if parents[1] == "*":
            return [layer for layer in layers if field in layer]
        return layers[int(parents[1]) :][:1] if parents[1].isdecimal() else []
    holder = tree.get(parents[0])
    return [holder] if len(parents) == 1 and isinstance(holder, dict) else []
