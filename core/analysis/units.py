"""How many units of each layer have stopped taking part, as one value that travels as bytes."""

from pydantic import Field, ValidationError

from core.errors import DataError
from core.model.kind import Frozen


class LayerUnits(Frozen):
    """The units of one dense layer, or the channels of one convolution.

    Attributes:
        layer: its place in the network, counted from 1.
        units: how many it has.
        dead: how many have a flat activation for every image: a ReLU that gives zero, a sigmoid or tanh
            at its limit. No gradient passes them, so they learn no more.
    """

    layer: int = Field(ge=1)
    units: int = Field(ge=1)
    dead: int = Field(ge=0)

    @property
    def share(self) -> float:
        return self.dead / self.units


class Units(Frozen):
    """The layers with an activation, measured on `images` validation images.

    Attributes:
        last: with the weights the training ended with.
        best: with those that the run keeps.
    """

    images: int = Field(ge=1)
    last: tuple[LayerUnits, ...]
    best: tuple[LayerUnits, ...]

    def to_bytes(self) -> bytes:
        return self.model_dump_json().encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Units":
        """Return what `to_bytes` was given.

        Raises:
            DataError: it is not such a value.
        """
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            raise DataError(
                "The run's counts of dead units cannot be read: expected its units.json."
            ) from None

    @classmethod
    def kept(cls, content: bytes | None) -> "Units | None":
        """Return the counts a run kept; None for a run of an earlier version, or if they cannot be read."""
        try:
            return cls.from_bytes(content) if content else None
        except DataError:
            return None
