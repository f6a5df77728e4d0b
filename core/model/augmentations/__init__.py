"""Random changes of training images: one file an effect, and `Augmentation`, the settings of all.

To add one: a file with an `Effect`, and its name at the head of the bases of `Augmentation`.
"""

from core.model.augmentations.effect import Effect, Step
from core.model.augmentations.elastic import Elastic
from core.model.augmentations.erasing import Erasing
from core.model.augmentations.rotation import Rotation
from core.model.augmentations.shear import Shear
from core.model.augmentations.shift import Shift
from core.model.augmentations.stroke import Stroke
from core.model.augmentations.zoom import Zoom


class Augmentation(Erasing, Stroke, Elastic, Shear, Shift, Zoom, Rotation):
    """Random changes of each training image, drawn anew each epoch; all off by default.

    Bases are read from the last to the first, as Python and pydantic do: in this order effects are drawn,
    those that change pixels act, and people see the fields.
    """

    @classmethod
    def effects(cls) -> tuple[type[Effect], ...]:
        """Return all effects, in this order."""
        return tuple(
            base for base in reversed(cls.__mro__) if issubclass(base, Effect) and "change" in vars(base)
        )

    @property
    def is_on(self) -> bool:
        return any(effect.acts(self) for effect in self.effects())

    def steps(self, off_too: bool = False) -> list[Step]:
        """Return what is done to images, in turn.

        An effect that is off draws all the same where it is part of the one affine map and a later part of
        that is on: so a seed means the same numbers, whichever of these are on.

        Args:
            off_too: whether all others that are off draw too, so that switching one on leaves the rest as is.
        """
        effects = self.effects()
        affine = [effect.change.part in ("linear", "shift") and effect.acts(self) for effect in effects]
        return [
            (effect.change.part, effect.change.draw, effect.values(self))
            for place, effect in enumerate(effects)
            if off_too or any(affine[place:]) or effect.acts(self)
        ]
