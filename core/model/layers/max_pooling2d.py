"""Maximum pooling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.layers.pooling2d import Pooling2D, size


class MaxPooling2D(Pooling2D):
    """The maximum of each `pool_size` × `pool_size` square; the squares do not overlap."""

    title: ClassVar[str] = "MaxPooling"
    keras_class: ClassVar[str] = "MaxPooling2D"
    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: Annotated[
        int,
        Field(ge=2, le=7),
        size("Keeps the largest value of each square: the image shrinks by this factor."),
    ] = 2
