"""What every kind of layer, optimizer, schedule and augmentation is: a frozen value that tells of itself.

A kind is one class in one file. Beside the limits of each of its fields stands what a person is told of it
(`Control`). The Keras objects it stands for are plain data (`KerasObject`): `build` makes these, the script
export prints them, and nothing here knows Keras. Kinds are known by being in their union (`members`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo


class Frozen(BaseModel):
    """Base of every value in a spec: immutable, refuses unknown keys, NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kind(Frozen):
    """One of several kinds that can stand in the same place of a spec; its field `kind` tells which."""

    title: ClassVar[str]
    """What people call it, such as "Max pooling"."""


@dataclass(frozen=True)
class Control:
    """What a person is told of a field, and what a sweep tries first; stands in the field's metadata.

    Attributes:
        label: over the widget, such as "Filters".
        help: one sentence or two for a learner.
        word: in running text, such as "dropout rate"; empty: the field's own name.
        step: of the widget's buttons; None: 1 for whole numbers, else the widget's own.
        format: how the widget shows a number, as Streamlit wants it: "%g", "percent".
        options: value → what is shown, for a choice of a few; empty: the field's own, or a number.
        tries: the range of numbers that a sweep tries first; None: around what it is now.
        by_factors: whether that range is better walked through by factors than by steps.
        only_if: (field, value): another field of the same kind without which this one means nothing; a tuple
            of values: any of them will do.
        unless: (field, value): with that value of another field of the same kind this one means nothing.
        alike: whether a sweep can set it for all layers at once.
        rare: whether an editor keeps it behind "More".
    """

    label: str
    help: str = ""
    word: str = ""
    step: float | None = None
    format: str = "%g"
    options: Mapping[Any, str] = field(default_factory=dict)
    tries: tuple[float, float] | None = None
    by_factors: bool = False
    only_if: tuple[str, Any] | None = None
    unless: tuple[str, Any] | None = None
    alike: bool = False
    rare: bool = False

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Return whether the field means anything, given what the other fields are."""
        if self.unless and values[self.unless[0]] == self.unless[1]:
            return False
        if self.only_if is None:
            return True
        other, wanted = self.only_if
        return values[other] in (wanted if isinstance(wanted, tuple) else (wanted,))


@dataclass(frozen=True)
class KerasObject:
    """A Keras object as plain data: `keras.<module>.<class_name>(**config)`.

    Attributes:
        module: "layers", "optimizers", "callbacks" or "initializers".
        config: JSON values and other such objects; what Keras' own default says is left out.
        suffix: what its name adds to that of the layer it belongs to, such as "_activation".
    """

    module: str
    class_name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True)
class KerasBlock:
    """A nested `keras.Model` as plain data: two ways from one input, added.

    Attributes:
        shape: of the input, without the batch axis.
        path: the layers of the one way, in order.
        shortcut: those of the other; none: the input itself is added.
        after: what follows the addition.
    """

    shape: tuple[int, ...]
    path: tuple[KerasObject, ...]
    shortcut: tuple[KerasObject, ...] = ()
    after: tuple[KerasObject, ...] = ()


KerasPart = KerasObject | KerasBlock


def members(union: Any) -> dict[str, type[Any]]:
    """Return the classes of a discriminated union of kinds, by the value of their field `kind`, in order."""
    classes = get_args(get_args(union)[0]) or get_args(union)[:1]
    return {cls.model_fields["kind"].default: cls for cls in classes}


def titles(union: Any) -> dict[str, str]:
    """Return what people call each kind of a union, in order."""
    return {kind: cls.title for kind, cls in members(union).items()}


def control(owner: type[BaseModel], name: str) -> Control:
    """Return what a person is told of a field; every field but `kind` has it, a test holds that."""
    return control_of(owner.model_fields[name])


def control_of(info: FieldInfo) -> Control:
    """Return the `Control` in a field's metadata.

    Raises:
        LookupError: it has none.
    """
    found = [item for item in info.metadata if isinstance(item, Control)]
    if not found:
        raise LookupError("the field has no Control")
    return found[0]


def controls(owner: type[BaseModel]) -> dict[str, Control]:
    """Return what is told of each field of a class that has a `Control`, in order."""
    return {
        name: control_of(info)
        for name, info in owner.model_fields.items()
        if any(isinstance(item, Control) for item in info.metadata)
    }


def word(owner: type[BaseModel], name: str) -> str:
    """Return what a field is called in running text."""
    return control(owner, name).word or name.replace("_", " ")


def shown(value: BaseModel, name: str) -> Any:
    """Return a field's value, in the words of its choices where it has some: "ReLU" instead of "relu"."""
    held, found = getattr(value, name), controls(type(value)).get(name)
    return found.options.get(held, held) if found and isinstance(held, str) else held


def matters(value: BaseModel, name: str) -> bool:
    """Return whether a field means anything, given what the value's other fields are."""
    found = controls(type(value)).get(name)
    return found is None or found.applies(dict(value))


def limits(owner: type[BaseModel], name: str) -> tuple[float, float]:
    """Return the smallest and the largest value that the metadata of a number allow.

    Raises:
        LookupError: it has no lowest or no highest value.
    """
    metadata = owner.model_fields[name].metadata
    low = [getattr(item, end) for item in metadata for end in ("ge", "gt") if hasattr(item, end)]
    high = [getattr(item, end) for item in metadata for end in ("le", "lt") if hasattr(item, end)]
    if not low or not high:
        raise LookupError(f"{name} has no limits")
    return low[0], high[0]
