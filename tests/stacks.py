"""Small stacks of layers that several tests train, save or look into."""

from core.model import layers as L

BLOCKS: tuple[L.Layer, ...] = (
    L.Conv2D(filters=4, strides=2, batch_norm="before", use_bias=False, batch_norm_momentum=0.9),
    L.Residual(filters=4, batch_norm="before", initial_weights="he"),
    L.Residual(filters=6, convolutions=1, batch_norm="after", activation="leaky_relu"),
    L.AveragePooling2D(),
    L.SeparableConv2D(filters=5, batch_norm="after", batch_norm_epsilon=0.01, initial_weights="small"),
    L.Residual(filters=4, convolutions=3, activation="gelu"),
    L.Dropout(rate=0.1),
    L.GlobalPooling2D(),
    L.Dense(units=8, initial_weights="large"),
)
"""With every layer that has something inside or beside it."""
