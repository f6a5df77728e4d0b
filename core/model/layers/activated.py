"""What layers that weigh their inputs share: their weights, and what happens to the weighted sums."""

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
InitialWeights = Literal["glorot", "he", "small", "large"]
DEVIATIONS = {"small": 0.01, "large": 1.0}
"""Standard deviations that do not look at the number of inputs; the small one was usual before 2010."""
MOMENTUM, EPSILON = 0.99, 1e-3
"""Keras' own for batch normalisation; what is as there is not said."""
_INITIAL: dict[str, str] = {
    "glorot": "Glorot",
    "he": "He",
    "small": f"too small (σ = {DEVIATIONS['small']:g})",
    "large": f"too large (σ = {DEVIATIONS['large']:g})",
}


class Activated(LayerKind):
    """What such layers share: a random beginning, an activation, batch normalisation."""

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
    batch_norm_momentum: Annotated[
        float,
        Field(ge=0, lt=1),
        Control(
            "Batch norm: momentum",
            "How much of the running mean and variance is kept at each step. With few steps, less keeps up "
            "better.",
            step=0.01,
            tries=(0.8, 0.99),
            only_if=("batch_norm", ("before", "after")),
            rare=True,
        ),
    ] = MOMENTUM
    batch_norm_epsilon: Annotated[
        float,
        Field(gt=0, le=1),
        Control(
            "Batch norm: ε",
            "Added to the variance before the division, which it keeps from zero.",
            word="batch norm ε",
            step=0.001,
            tries=(1e-5, 0.1),
            by_factors=True,
            only_if=("batch_norm", ("before", "after")),
            rare=True,
        ),
    ] = EPSILON
    use_bias: Annotated[
        bool,
        Control(
            "Bias",
            "A number that each neuron adds to its sum. Where batch norm follows directly, it changes "
            "nothing: the mean is taken away again.",
            word="bias",
            only_if=("batch_norm", "before"),
            rare=True,
        ),
    ] = True
    initial_weights: Annotated[
        InitialWeights,
        Control(
            "Initial weights",
            "How far the random weights spread at first. Glorot and He look at the number of inputs, so that "
            "signals neither fade nor grow from layer to layer; He suits ReLU. The other two do not.",
            options=_INITIAL,
            alike=True,
            rare=True,
        ),
    ] = "glorot"

    @property
    def has_batch_norm(self) -> bool:
        return self.batch_norm != "none"

    @property
    def has_bias(self) -> bool:
        return self.use_bias or self.batch_norm != "before"

    def around(self, channels: int) -> int:
        """Return the parameters beside the weights: biases; batch norm's γ, β, moving mean and variance."""
        norm = 0 if self.batch_norm == "none" else 4 * channels
        return norm + (channels if self.has_bias else 0)

    def activated_line(self) -> str:
        """Return the end of the line, such as " · ReLU · batch norm after"."""
        slope = f" {number(self.negative_slope)}" if self.activation == "leaky_relu" else ""
        start = "" if self.initial_weights == "glorot" else f" · {_INITIAL[self.initial_weights]} start"
        return f" · {ACTIVATION_NAMES[self.activation]}{slope}{self._norm_line()}{start}"

    def _norm_line(self) -> str:
        if self.batch_norm == "none":
            return ""
        momentum, epsilon = self.batch_norm_momentum, self.batch_norm_epsilon
        values = [f"momentum {number(momentum)}"] if momentum != MOMENTUM else []
        values += [f"ε {number(epsilon)}"] if epsilon != EPSILON else []
        told = f" ({', '.join(values)})" if values else ""
        return f" · batch norm {self.batch_norm}{told}" + ("" if self.has_bias else " · no bias")

    def weighing(self, class_name: str, *kernels: str, suffix: str = "", **config: Any) -> KerasObject:
        """Return the Keras layer that makes the weighted sums.

        Args:
            kernels: what Keras calls its weights, such as "kernel"; each begins as `initial_weights` says.
            config: whatever else it is told.
        """
        bias = {} if self.has_bias else {"use_bias": False}
        start = self._initializer()
        starts = {f"{kernel}_initializer": start for kernel in kernels} if start else {}
        return KerasObject("layers", class_name, config | bias | starts, suffix)

    def _initializer(self) -> KerasObject | str | None:
        """Return what Keras takes: He et al. 2015 eq. 10 or a normal distribution; None: its default."""
        match self.initial_weights:
            case "glorot":
                return None
            case "he":
                return "he_normal"
            case "small" | "large":
                deviation = {"stddev": DEVIATIONS[self.initial_weights]}
                return KerasObject("initializers", "RandomNormal", deviation)

    def norm(self, suffix: str = "") -> KerasObject:
        """Return Keras' batch normalisation; what its defaults are is left out."""
        momentum, epsilon = self.batch_norm_momentum, self.batch_norm_epsilon
        config = {} if momentum == MOMENTUM else {"momentum": momentum}
        config |= {} if epsilon == EPSILON else {"epsilon": epsilon}
        return KerasObject("layers", "BatchNormalization", config, f"{suffix}_batch_norm")

    def after_sums(self, suffix: str = "") -> Iterator[KerasObject]:
        """Yield what follows the weighted sums, in order."""
        if self.batch_norm == "before":
            yield self.norm(suffix)
        yield from self.after_norm(suffix)

    def after_norm(self, suffix: str = "") -> Iterator[KerasObject]:
        """Yield the same without a normalisation that stands before the activation."""
        if self.activation == "leaky_relu":
            slope = {"negative_slope": self.negative_slope}
            yield KerasObject("layers", "LeakyReLU", slope, f"{suffix}_activation")
        else:
            yield KerasObject("layers", "Activation", {"activation": self.activation}, f"{suffix}_activation")
        if self.batch_norm == "after":
            yield self.norm(suffix)
