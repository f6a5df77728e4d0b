"""Average pooling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.layers.pooling2d import Pooling2D, size


class AveragePooling2D(Pooling2D):
    """The mean of each `pool_size` × `pool_size` square; the squares do not overlap."""

    title: ClassVar[str] = "Average pooling"
    keras_class: ClassVar[str] = "AveragePooling2D"
    kind: Literal["average_pooling2d"] = "average_pooling2d"
    pool_size: Annotated[
        int,
        Field(ge=2, le=7),
        size("Keeps the mean of each square: the image shrinks by this factor."),
    ] = 2
