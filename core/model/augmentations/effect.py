"""What every augmentation is: one effect with its settings, and how it is drawn at random."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from numpy.typing import NDArray
from pydantic import BaseModel

from core.model.kind import Frozen

Part = Literal["linear", "shift", "field", "pixels"]
Draw = Callable[..., NDArray[Any]]
Step = tuple[Part, Draw, dict[str, float]]
"""What an effect adds to, how that is drawn, and with which settings; `core.data.augment` takes them."""


@dataclass(frozen=True)
class Change:
    """What an effect does to a batch. The exported script prints these functions as they stand, so that they
    use NumPy alone and no names but those of functions of their own file.

    Attributes:
        part: what `draw` returns: for each of `count` images of 28×28 pixels, float,

            - "linear": a matrix (count, 2, 2) from an output pixel (row, column), counted from the centre, to
              where it comes from. All of them are multiplied: together they cost one interpolation.
            - "shift": pixels down and right (count, 2), after all of these. Shifts are added.
            - "field": displacements (count, 2, 784), rows then columns, of where each pixel comes from.
            - "pixels": images as they are then, (n, 28, 28, 1) float32, 0…1, changed.
        draw: the function of (count, random generator, **fields); for "pixels" images in place of the count.
        ends: fields that are drawn uniformly between two ends, and what these look like.
    """

    part: Part
    draw: Draw
    ends: tuple[tuple[str, str, str], ...] = ()


class Effect(Frozen):
    """One way to change training images at random; `Augmentation` is made of all of them.

    A field that is 0 by default says how strong the effect is: where all of these are 0, it is off.
    """

    title: ClassVar[str]
    """What people call it, such as "Rotation"."""
    change: ClassVar[Change]

    @classmethod
    def values(cls, settings: BaseModel) -> dict[str, float]:
        """Return this effect's fields in the settings of all."""
        return {name: getattr(settings, name) for name in cls.model_fields}

    @classmethod
    def acts(cls, settings: BaseModel) -> bool:
        """Return whether this effect is on in the settings of all."""
        strengths = [name for name, field in cls.model_fields.items() if field.default == 0]
        return any(getattr(settings, name) for name in strengths)
