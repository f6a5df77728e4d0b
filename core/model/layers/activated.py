"""What layers that weigh their inputs share: what happens to the weighted sums."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from core.model.kind import Control, KerasObject
from core.model.layers.base import LayerKind, number

Activation = Literal["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"]
ACTIVATION_NAMES: dict[str, str] = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU (swish)",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
}
BatchNorm = Literal["none", "before", "after"]
"""Whether batch normalisation stands before or after the activation, or not at all."""


class Activated(LayerKind):
    """What such layers share; `activated_line` and `activated` tell of it."""

    activation: Annotated[
        Activation,
        Control(
            "Activation",
            "What each neuron does with its sum. Without it, all layers together could only draw straight "
            "lines.",
            options=ACTIVATION_NAMES,
            alike=True,
        ),
    ] = "relu"
    negative_slope: Annotated[
        float,
        Field(ge=0, le=1),
        Control(
            "Slope",
            "Share of a negative input that passes.",
            step=0.01,
            tries=(0, 0.3),
            only_if=("activation", "leaky_relu"),
        ),
    ] = 0.01
    batch_norm: Annotated[
        BatchNorm,
        Control(
            "Batch norm",
            "Keeps each feature's mean and spread steady over a batch; trains faster.",
            word="batch normalisation",
            options={"none": "none", "before": "before act.", "after": "after act."},
            alike=True,
        ),
    ] = "none"

    def activated_line(self) -> str:
        """Return the end of the line, such as " · ReLU · batch norm after"."""
        slope = f" {number(self.negative_slope)}" if self.activation == "leaky_relu" else ""
        norm = "" if self.batch_norm == "none" else f" · batch norm {self.batch_norm}"
        return f" · {ACTIVATION_NAMES[self.activation]}{slope}{norm}"

    def normalised(self, channels: int) -> int:
        """Return the parameters of batch normalisation: γ, β, moving mean and variance for each channel."""
        return 0 if self.batch_norm == "none" else 4 * channels

    def activated(self, module_class: str, **config: Any) -> tuple[KerasObject, ...]:
        """Return a Keras layer that weighs its inputs, and what happens to its sums."""
        return (KerasObject("layers", module_class, config), *self._after())

    def _after(self) -> Iterator[KerasObject]:
        norm = KerasObject("layers", "BatchNormalization", suffix="_batch_norm")
        if self.batch_norm == "before":
            yield norm
        yield self._activation()
        if self.batch_norm == "after":
            yield norm

    def _activation(self) -> KerasObject:
        if self.activation == "leaky_relu":
            slope = {"negative_slope": self.negative_slope}
            return KerasObject("layers", "LeakyReLU", slope, suffix="_activation")
        return KerasObject("layers", "Activation", {"activation": self.activation}, suffix="_activation")
