"""What the presentation reports, and the configurations that check it: data only.

The presentation (Xia Rui, on Kaggle's "Digit Recognizer") tells the number of epochs, 30, for its final
network alone, and no batch size. Here every experiment trains for 30 epochs with batches of 86, so that the
curve over the epochs says what another number of them would have given. Where it makes a claim without a
network, the experiment is ours: the same four convolutions with one thing changed.
"""

from dataclasses import dataclass

from core.model.layers import Activation
from core.model.presets import PRESETS
from core.model.specs import RunSpec

EPOCHS = 30


@dataclass(frozen=True)
class Reported:
    """What the presentation says of a network on its 4,200 validation images."""

    accuracy: float
    loss: float


@dataclass(frozen=True)
class Experiment:
    """One configuration, to be trained with several seeds.

    Attributes:
        name: its key in `EXPERIMENTS`, in the terminal and in the names of the bundled files.
        title: for lists and for its runs.
        spec: the configuration; seeds differ in `seed` alone, so that all answer the same images.
        reported: what the presentation says, or None where it gives no figures.
        with_weights: whether the network of the first seed is bundled, so that it can be asked.
    """

    name: str
    title: str
    spec: RunSpec
    reported: Reported | None = None
    with_weights: bool = False


def _preset(name: str, reported: Reported, with_weights: bool = False) -> Experiment:
    preset = PRESETS[name]
    spec = preset.spec.model_copy(update={"epochs": EPOCHS})
    return Experiment(name, preset.title, spec, reported, with_weights)


def _activation(activation: Activation) -> Experiment:
    """Return the presentation's network without batch normalisation, with another activation everywhere."""
    base = PRESETS["4conv2d-rmsprop"].spec
    layers = tuple(
        layer.model_copy(update={"activation": activation}) if hasattr(layer, "activation") else layer
        for layer in base.layers
    )
    spec = base.model_copy(update={"layers": layers, "epochs": EPOCHS})
    return Experiment(f"4conv2d-{activation}", f"4 × Conv2D, {activation}, no batch norm", spec)


_ALL = (
    Experiment("quick-start", PRESETS["quick-start"].title, PRESETS["quick-start"].spec, with_weights=True),
    _preset("2conv2d-bn-rmsprop", Reported(0.9923, 0.0277)),
    _preset("4conv2d-bn-rmsprop", Reported(0.9926, 0.0226)),
    _preset("4conv2d-bn-leaky-relu", Reported(0.9864, 0.0431)),
    _preset("4conv2d-rmsprop", Reported(0.9905, 0.0323)),
    _preset("4conv2d-adam", Reported(0.9933, 0.0232)),
    _preset("final", Reported(0.9950, 0.013653), with_weights=True),
    _activation("sigmoid"),
    _activation("tanh"),
)
EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in _ALL}
