"""What the presentation reports, and the configurations that check it: data only.

The presentation (Xia Rui, on Kaggle's "Digit Recognizer") tells the number of epochs, 30, for its final
network alone, and no batch size. Here every experiment trains for 30 epochs with batches of 86, so that the
curve over the epochs says what another number of them would have given. Where it makes a claim without a
network, the experiment is ours: the same four convolutions with one thing changed. LeNet-5 and Keras' own
example are what others begin with, as they are: for comparison.
"""

from dataclasses import dataclass

from core.model.layers import Activation, Rescaling
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
        splits: over how many splits of the images it is trained, each with all seeds; runs of the first are
            bundled whole, of the others a line each is kept.
        ensemble: whether it is told what its networks come to when they answer as one.
        copies: how many changed copies of each image its networks are asked about as well (test-time
            augmentation); what they say then is kept beside what they say of the images alone.
    """

    name: str
    title: str
    spec: RunSpec
    reported: Reported | None = None
    with_weights: bool = False
    splits: int = 1
    ensemble: bool = False
    copies: int = 0

    def run_spec(self, seed: int, split: int = 0) -> RunSpec:
        """Return the configuration of one of its runs."""
        data = self.spec.data.model_copy(update={"split_seed": split})
        return self.spec.model_copy(update={"seed": seed, "data": data})


def _own(
    name: str, with_weights: bool = False, splits: int = 1, ensemble: bool = False, copies: int = 0
) -> Experiment:
    """Return a preset of ours as it is."""
    preset = PRESETS[name]
    return Experiment(name, preset.title, preset.spec, None, with_weights, splits, ensemble, copies)


def _preset(name: str, reported: Reported) -> Experiment:
    preset = PRESETS[name]
    return Experiment(name, preset.title, preset.spec.model_copy(update={"epochs": EPOCHS}), reported)


def _activation(activation: Activation) -> Experiment:
    """Return the presentation's network without batch normalisation, with another activation everywhere."""
    base = PRESETS["4conv2d-rmsprop"].spec
    layers = tuple(
        layer.model_copy(update={"activation": activation}) if hasattr(layer, "activation") else layer
        for layer in base.layers
    )
    spec = base.model_copy(update={"layers": layers, "epochs": EPOCHS})
    return Experiment(f"4conv2d-{activation}", f"4 × Conv2D, {activation}, no batch norm", spec)


def _grey_values() -> Experiment:
    """Return the quick start on grey values from 0 to 255, which its first layer makes of 0 to 1."""
    base = PRESETS["quick-start"].spec
    spec = base.model_copy(update={"layers": (Rescaling(scale=255, offset=0), *base.layers)})
    return Experiment("quick-start-0-255", "Quick start on 0…255", spec)


def _bfloat16() -> Experiment:
    """Return the quick start in the other precision: its accuracy is held against float32's."""
    spec = PRESETS["quick-start"].spec.model_copy(update={"precision": "bfloat16"})
    return Experiment("quick-start-bfloat16", "Quick start in bfloat16", spec)


_ALL = (
    _own("quick-start", with_weights=True),
    _bfloat16(),
    _grey_values(),
    _own("lenet-5"),
    _own("keras-example"),
    _preset("2conv2d-bn-rmsprop", Reported(0.9923, 0.0277)),
    _preset("4conv2d-bn-rmsprop", Reported(0.9926, 0.0226)),
    _preset("4conv2d-bn-leaky-relu", Reported(0.9864, 0.0431)),
    _preset("4conv2d-rmsprop", Reported(0.9905, 0.0323)),
    _preset("4conv2d-adam", Reported(0.9933, 0.0232)),
    _preset("final", Reported(0.9950, 0.013653)),
    _own("fast-99-5", splits=3),
    _own("fast-99-6", with_weights=True, splits=3, ensemble=True),
    _own("best-single", ensemble=True, copies=16),
    _activation("sigmoid"),
    _activation("tanh"),
)
EXPERIMENTS: dict[str, Experiment] = {experiment.name: experiment for experiment in _ALL}


@dataclass(frozen=True)
class Claim:
    """Something the presentation says, and the experiments that check it.

    Attributes:
        statement: in its words, or close to them.
        experiments: by name; of two, the first is what the second is held against.
    """

    statement: str
    experiments: tuple[str, ...]


@dataclass(frozen=True)
class Better(Claim):
    """The second network is better than the first, or worse.

    Attributes:
        up: whether it is said to be better.
        reported: by how much, as a share of the 4,200 validation images; None if it gives no figures.
    """

    up: bool = True
    reported: float | None = None


@dataclass(frozen=True)
class Gap(Claim):
    """The second network over-fits more than the first."""


@dataclass(frozen=True)
class Slower(Claim):
    """The second network converges more slowly than the first, with the same optimizer and learning rate."""


@dataclass(frozen=True)
class HardTraining(Claim):
    """The network's validation accuracy is above its training accuracy."""


@dataclass(frozen=True)
class Guess(Claim):
    """The network does not learn."""


CLAIMS: tuple[Better | Gap | Slower | HardTraining | Guess, ...] = (
    Better("Batch normalisation helps", ("4conv2d-rmsprop", "4conv2d-bn-rmsprop"), reported=0.0021),
    Better("Leaky ReLU hurts", ("4conv2d-bn-rmsprop", "4conv2d-bn-leaky-relu"), up=False, reported=-0.0062),
    Better("Adam beats RMSprop", ("4conv2d-rmsprop", "4conv2d-adam"), reported=0.0028),
    Gap("More convolutional layers over-fit more", ("2conv2d-bn-rmsprop", "4conv2d-bn-rmsprop")),
    Slower("Pixels in 0…1 converge faster than in 0…255", ("quick-start", "quick-start-0-255")),
    HardTraining("Under augmentation, validation is better than training", ("final",)),
    Guess("Sigmoid: the gradients vanish", ("4conv2d-sigmoid",)),
    Guess("Tanh: the gradients vanish", ("4conv2d-tanh",)),
)
