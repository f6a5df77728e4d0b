"""A sweep as one frozen value: which settings may vary and how far, how to search, and when to end.

A sweep that could never work is refused in one plain sentence when it is defined (`parse_sweep`).
"""

import json
import random
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice, product
from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from core.errors import SpecError
from core.model.kind import Frozen
from core.model.refusal import refusal
from core.model.specs import RunSpec
from core.sweeps.paths import Value, Values, apply, overlaps
from core.sweeps.settings import Setting, settings, shown, spaced

MAX_GRID = 10_000
MAX_CORNERS = 1_000
"""How many combinations of first and last values are tried out when a sweep is defined."""

Sampler = Literal["grid", "random", "tpe"]
Objective = Literal["accuracy", "loss"]


class Choices(Frozen):
    """One of several values."""

    kind: Literal["list"] = "list"
    path: str = Field(max_length=80)
    values: tuple[Value, ...] = Field(max_length=50)

    @field_validator("values")
    @classmethod
    def _different(cls, values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(dict.fromkeys(values))

    @property
    def ends(self) -> tuple[Value, ...]:
        """What is tried out when the sweep is defined: all of them."""
        return self.values

    def listed(self) -> tuple[Value, ...]:
        """Return the values for a grid."""
        return self.values

    def allows(self, value: Value) -> bool:
        return value in self.values


class Range(Frozen):
    """Any number from `low` to `high`, both included."""

    kind: Literal["range"] = "range"
    path: str = Field(max_length=80)
    low: float
    high: float
    log: bool = False
    """Whether factors count rather than differences: 0.001 to 0.01 then is as far as 0.01 to 0.1."""
    integer: bool = False
    steps: int = Field(default=5, ge=2, le=20)
    """Into how many values a grid divides it."""

    @property
    def ends(self) -> tuple[Value, ...]:
        return (int(self.low), int(self.high)) if self.integer else (self.low, self.high)

    def listed(self) -> tuple[Value, ...]:
        """Return the values for a grid, evenly spread or by a constant factor."""
        return spaced(self.low, self.high, self.steps, self.log, self.integer)

    def allows(self, value: Value) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


Parameter = Annotated[Choices | Range, Field(discriminator="kind")]


class Sweep(Frozen):
    """Everything that decides how a sweep goes.

    Raises:
        SpecError: (by `parse_sweep`) it could not work.
    """

    base: RunSpec
    """What all runs have in common."""
    parameters: tuple[Parameter, ...] = Field(max_length=12)
    sampler: Sampler = "tpe"
    runs: int | None = Field(default=20, ge=1, le=1000)
    """Ends after so many runs."""
    minutes: float | None = Field(default=None, gt=0, le=10_000)
    """No run begins after so many minutes of training, time spent waiting not counted."""
    prune: bool = True
    """Whether a run that does worse than most at the same epoch is ended early."""
    objective: Objective = "accuracy"
    """What the best run is best at, on the validation images, with the weights that it keeps."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    """Decides the order of a grid and all random draws of the search; the runs' own seed is the base's."""

    @model_validator(mode="after")
    def _can_work(self) -> "Sweep":
        if not self.parameters:
            raise SpecError("Nothing varies yet: choose at least one setting to try different values of.")
        if self.runs is None and self.minutes is None:
            raise SpecError("The sweep would never end: give it a number of runs, of minutes, or both.")
        known = settings(self.base)
        for parameter in self.parameters:
            _check(parameter, known.get(parameter.path))
        _check_overlaps([parameter.path for parameter in self.parameters])
        self._check_grid()
        self._check_corners(known)
        return self

    def _check_grid(self) -> None:
        if self.sampler == "grid" and (self.combinations or 0) > MAX_GRID:
            raise SpecError(
                f"The grid has {self.combinations:,} combinations, the limit is {MAX_GRID:,}: vary fewer "
                "settings, list fewer values, or draw at random instead."
            )

    def _check_corners(self, known: dict[str, Setting]) -> None:
        """Refuse a value that makes no valid spec whatever the others are."""
        corners = _corners(self.base, self.parameters)
        for parameter in self.parameters:
            for value in parameter.ends:
                faults = [fault or "" for values, fault in corners if values[parameter.path] == value]
                if faults and all(faults):
                    why = f"{faults[0][0].lower()}{faults[0][1:]}"
                    raise SpecError(f"{known[parameter.path].label} cannot be {shown(value)}: {why}")

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(parameter.path for parameter in self.parameters)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Path → what people call it."""
        known = settings(self.base)
        return {path: known[path].label for path in self.paths}

    @property
    def combinations(self) -> int | None:
        """How many different combinations there are; None if there is no end of them."""
        if self.sampler == "grid":
            return prod(len(parameter.listed()) for parameter in self.parameters)
        counts = [_count(parameter) for parameter in self.parameters]
        return None if None in counts else prod(count or 1 for count in counts)

    @property
    def doubt(self) -> str | None:
        """Why some combinations will be skipped, as the first such says; None if none was found."""
        return next((fault for _, fault in _corners(self.base, self.parameters) if fault), None)

    @property
    def corners(self) -> list[RunSpec]:
        """The configurations that its first and last values make, those that can be trained."""
        found = _corners(self.base, self.parameters)
        return [apply(self.base, values) for values, fault in found if fault is None]

    def grid(self) -> Iterator[Values]:
        """Yield every combination of the listed values, in an order that the seed decides."""
        rows = list(product(*(parameter.listed() for parameter in self.parameters)))
        random.Random(self.seed).shuffle(rows)  # noqa: S311
        return (dict(zip(self.paths, row, strict=True)) for row in rows)


def parse_sweep(text: str | bytes | dict[str, Any]) -> Sweep:
    """Return the sweep that JSON text, or the mapping it stands for, describes.

    Raises:
        SpecError: one sentence that names the place and what was expected.
    """
    try:
        return Sweep.model_validate(text if isinstance(text, dict) else json.loads(text))
    except ValidationError as error:
        raise SpecError(refusal(error)) from None
    except (ValueError, RecursionError) as error:
        raise SpecError(f"The sweep is not JSON: {error}.") from None


def works(base: RunSpec, values: Values) -> str | None:
    """Return None if a combination can be trained, else the sentence that says why not."""
    try:
        apply(base, values)
    except SpecError as error:
        return str(error)
    return None


@lru_cache(maxsize=16)
def _corners(base: RunSpec, parameters: tuple[Parameter, ...]) -> list[tuple[Values, str | None]]:
    """Return combinations of the parameters' ends, each with what is wrong with it, if anything.

    Where there are too many, every end stands at least once with the others' first and last.
    """
    paths, ends = [p.path for p in parameters], [p.ends for p in parameters]
    rows = list(islice(product(*ends), MAX_CORNERS + 1))
    if len(rows) > MAX_CORNERS:
        rows = [
            (*(e[side] for e in ends[:place]), value, *(e[side] for e in ends[place + 1 :]))
            for place, own in enumerate(ends)
            for value in own
            for side in (0, -1)
        ]
    combinations = [dict(zip(paths, row, strict=True)) for row in rows]
    return [(values, works(base, values)) for values in combinations]


def _count(parameter: Choices | Range) -> int | None:
    if isinstance(parameter, Choices):
        return len(parameter.values)
    return int(parameter.high) - int(parameter.low) + 1 if parameter.integer else None


def _check(parameter: Choices | Range, setting: Setting | None) -> None:
    """Refuse a parameter that does not fit the setting it varies."""
    if setting is None:
        raise SpecError(f"“{parameter.path}” is no setting of this configuration that a sweep can vary.")
    if isinstance(parameter, Choices):
        if len(parameter.values) < 2:
            raise SpecError(f"{setting.label}: give at least two different values to try.")
    elif setting.kind == "choice":
        raise SpecError(f"{setting.label} has no range: list the kinds to try.")
    else:
        _check_range(parameter, setting)


def _check_range(parameter: Range, setting: Setting) -> None:
    low, high = parameter.low, parameter.high
    if not low < high:
        raise SpecError(
            f"{setting.label}: its range must begin below its end, not go from {low:g} to {high:g}."
        )
    if parameter.log and low <= 0:
        raise SpecError(f"{setting.label}: a range by factors must begin above 0.")
    if parameter.integer and not (low.is_integer() and high.is_integer()):
        raise SpecError(f"{setting.label}: the ends of its range must be whole numbers.")
    if parameter.integer != (setting.kind == "whole"):
        takes = "whole numbers only" if setting.kind == "whole" else "all numbers, not only whole ones"
        raise SpecError(f"{setting.label} takes {takes}: set “integer” of its range accordingly.")


def _check_overlaps(paths: list[str]) -> None:
    for place, path in enumerate(paths):
        for other in paths[:place]:
            if overlaps(path, other):
                raise SpecError(f"“{other}” and “{path}” set the same thing: keep one of them.")
