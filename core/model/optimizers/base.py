"""What all optimizers share: the fields several of them have, and how one is made in Keras."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from core.model.kind import Control, KerasObject, Kind

LearningRate = Annotated[
    float,
    Field(gt=0, le=100),
    Control(
        "Learning rate",
        "Size of each step. Too small: slow. Too large: the loss jumps or becomes NaN.",
        step=0.0005,
        by_factors=True,
    ),
]
MomentumShare = Annotated[
    float,
    Field(ge=0, lt=1),
    Control(
        "Momentum", "Share of the last step that is carried into the next.", step=0.05, tries=(0.5, 0.99)
    ),
]
MeanShare = Annotated[
    float,
    Field(ge=0, lt=1),
    Control(
        "β₁",
        "How much of the running mean of gradients is kept at each step.",
        word="β₁",
        step=0.05,
        tries=(0.8, 0.99),
    ),
]
SquareShare = Annotated[
    float,
    Field(ge=0, lt=1),
    Control(
        "β₂",
        "How much of the running mean of squared gradients is kept at each step.",
        word="β₂",
        step=0.001,
        tries=(0.9, 0.999),
    ),
]
Epsilon = Annotated[
    float,
    Field(gt=0, le=1),
    Control(
        "ε (epsilon)",
        "Keeps the division from zero.",
        word="ε",
        step=1e-7,
        tries=(1e-8, 1e-3),
        by_factors=True,
    ),
]
WeightDecay = Annotated[
    float,
    Field(ge=0, le=1),
    Control(
        "Weight decay",
        "At each step every weight shrinks by this share of the learning rate, so that none grows large "
        "without need; 0 is off.",
        step=0.001,
        tries=(1e-4, 0.1),
        by_factors=True,
    ),
]
ClipNorm = Annotated[
    float,
    Field(ge=0, le=1000),
    Control(
        "Gradient clipping",
        "A gradient whose length over all weights is greater is shortened to this, so that one odd batch "
        "cannot throw the weights far away; 0 is off.",
        word="gradient clipping",
        step=0.1,
        tries=(0.1, 10),
        by_factors=True,
    ),
]


class OptimizerKind(Kind):
    """How the weights follow the gradient: one of the update rules of `keras.optimizers`.

    Weight decay is decoupled from the gradient in every one of them, as in AdamW (Loshchilov & Hutter 2019,
    section 2): w ← w − learning rate · decay · w, before the step. Clipping is by the global norm (Pascanu,
    Mikolov & Bengio 2013, section 3.2).
    """

    keras_class: ClassVar[str]
    usual_rate: ClassVar[float]
    """A learning rate that suits most networks on these images: Keras' default, for plain SGD and Adagrad,
    which take smaller steps than the others, somewhat more, for Lion a tenth of Adam's as its authors say."""
    fixed: ClassVar[dict[str, Any]] = {}
    """What the Keras class is always given besides the fields."""

    def keras(self) -> KerasObject:
        """Return the Keras optimizer; decay and clipping are named only where they are on or usually are."""
        config = self.model_dump(exclude={"kind", "clip_norm"})
        if config["weight_decay"] == type(self).model_fields["weight_decay"].default == 0:
            del config["weight_decay"]
        clipped = self.model_dump(include={"clip_norm"})["clip_norm"]
        clipping = {"global_clipnorm": clipped} if clipped else {}
        return KerasObject("optimizers", self.keras_class, config | clipping | self.fixed)
