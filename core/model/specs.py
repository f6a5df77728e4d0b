"""A whole run as one frozen value: network, optimizer, data and training; JSON in, JSON out.

All limits live here and in the kinds; a bad value is refused in one plain sentence (`parse`).
"""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from core.errors import SpecError
from core.model.augmentations import Augmentation
from core.model.kind import Control, Frozen
from core.model.layers import Layer
from core.model.optimizers import Adam, Optimizer
from core.model.precision import Precision
from core.model.refusal import refusal
from core.model.schedules import Constant, Schedule
from core.model.shapes import MAX_BATCH_ACTIVATIONS, network_cost

MOST_EPOCHS = 500
_BETWEEN = re.compile("[\\s,;\uff0c\uff1b\u3001\u060c\u061b]+")
"""What parts the numbers of a list: also the commas and semicolons of Chinese and Arabic keyboards."""
KeptEpoch = Literal["best", "last"]
"""Which epoch's weights a run keeps: those best on the validation images, or the last."""


class Data(Frozen):
    """Which images are used and how they are split."""

    source: Annotated[
        str, Field(pattern=r"^(mnist|csv-[0-9a-f]{16})$"), Control("Source", "Where the images come from.")
    ] = "mnist"
    """"mnist", or the fingerprint of an uploaded file."""
    images: Annotated[
        int,
        Field(ge=2, le=1_000_000),
        Control("Images", "Drawn from the source, for training and validation together.", step=1000),
    ] = 42_000
    """How many images are drawn, for training and validation together: at least one for each."""
    validation_share: Annotated[
        float,
        Field(ge=0.01, le=0.9),
        Control("Validation share", "Share kept aside to validate on.", step=0.05, only_if=("folds", 0)),
    ] = 0.1
    split_seed: Annotated[
        int,
        Field(ge=0, le=2**31 - 1),
        Control(
            "Split seed",
            "Which images are drawn and which validate; runs that share it can be compared image by image.",
        ),
    ] = 0
    """Decides which images are drawn and which of them validate: runs that share it can be paired."""
    folds: Annotated[
        int,
        Field(ge=0, le=20),
        Control(
            "Folds",
            "Splits the images into so many parts, one of which validates; 0: the validation share does. "
            "Results trains all of them at once, as “k-fold”.",
        ),
    ] = 0
    """k-fold cross-validation: each image validates in one of k runs (Stone 1974); 0 is off."""
    fold: Annotated[
        int,
        Field(ge=0, le=19),
        Control("Fold", "Which of the folds validates, counted from 0.", unless=("folds", 0)),
    ] = 0

    @model_validator(mode="before")
    @classmethod
    def _no_fold_without_folds(cls, values: Any) -> Any:
        """Let a fold that means nothing be 0, so that what is the same is equal."""
        if isinstance(values, dict) and isinstance(values.get("fold"), int) and not values.get("folds"):
            return values | {"fold": 0}
        return values

    @model_validator(mode="after")
    def _fold_is_one_of_them(self) -> "Data":
        if self.folds == 1:
            raise SpecError("One fold would leave nothing to train on: choose 2 to 20 folds, or 0 for none.")
        if self.folds and self.fold >= self.folds:
            raise SpecError(f"There is no fold {self.fold} of {self.folds}: they count from 0.")
        return self


class EarlyStopping(Frozen):
    """End the training once validation loss has not improved for `patience` epochs."""

    patience: Annotated[
        int,
        Field(ge=1, le=100),
        Control(
            "Early stopping (epochs)",
            "Ends the run once validation loss has not improved for so many epochs; 0 turns it off.",
            word="patience",
            tries=(2, 10),
        ),
    ] = 5


class WeightAveraging(Frozen):
    """Validate and keep an exponential moving average of the weights, one step for each batch."""

    momentum: Annotated[
        float,
        Field(gt=0, lt=1),
        Control(
            "Weight averaging",
            "Validates and keeps an average of the weights over the last batches, while the training itself "
            "goes on from the plain ones: 0.99 averages over about 100 batches. It calms the curves and may "
            "find a better network, above all at a constant learning rate. 0 turns it off.",
            word="momentum",
            step=0.01,
            tries=(0.9, 0.999),
        ),
    ] = 0.99


class Continuation(Frozen):
    """That a run went on from the end of an epoch, as a new run."""

    after: Annotated[int, Field(ge=1, le=MOST_EPOCHS), Control("After epoch")]
    """The last epoch that was done before."""
    planned: Annotated[int, Field(ge=1, le=MOST_EPOCHS), Control("Planned epochs")]
    """How many epochs the run had been given until then; what a schedule was stretched over."""

    def __str__(self) -> str:
        return f"{self.after}" if self.planned == self.after else f"{self.after} of {self.planned}"


class RunSpec(Frozen):
    """Everything that decides how a run goes.

    Raises:
        SpecError: (by `parse`) a value is outside its limits, a key is unknown or the layers do not fit.
    """

    layers: Annotated[tuple[Layer, ...], Field(max_length=40), Control("Layers")]
    optimizer: Annotated[
        Optimizer,
        Control(
            "Optimizer", "How the weights follow the gradient. Adam is a good start; SGD is the plainest."
        ),
    ] = Adam()
    schedule: Annotated[
        Schedule,
        Control(
            "Learning-rate schedule",
            "How the learning rate changes during the run: large steps first, small ones at the end.",
        ),
    ] = Constant()
    data: Annotated[Data, Control("Data")] = Data()
    augmentation: Annotated[Augmentation, Control("Augmentation")] = Augmentation()
    epochs: Annotated[
        int, Field(ge=1, le=MOST_EPOCHS), Control("Epochs", "How often every training image is seen.")
    ] = 10
    batch_size: Annotated[
        int,
        Field(ge=1, le=4096),
        Control("Batch size", "Images for each step of the optimizer.", tries=(16, 256), by_factors=True),
    ] = 64
    early_stopping: Annotated[EarlyStopping | None, Control("Early stopping")] = None
    batch_doublings: Annotated[
        tuple[Annotated[int, Field(ge=1, le=MOST_EPOCHS)], ...],
        Field(max_length=10),
        Control(
            "Batch doubles after epochs",
            "Such as 8, 12: from then on each step of the optimizer sees twice as many images. It calms the "
            "training as a smaller learning rate would, in fewer steps. Epochs past the end do nothing.",
            word="batch doublings",
        ),
    ] = ()
    """Epochs after which the batch size doubles (Smith et al. 2018)."""
    label_smoothing: Annotated[
        float,
        Field(ge=0, le=0.5),
        Control(
            "Label smoothing",
            "Share of each label that is spread over all ten digits, so that the network is not driven to be "
            "ever surer: 0.1 asks for 91% instead of 100%. Training loss then cannot reach 0; validation "
            "loss stays the plain one, so that runs can be compared.",
            word="label smoothing",
            step=0.05,
            tries=(0, 0.2),
        ),
    ] = 0.0
    """Share of a training label that all ten digits get alike (Szegedy et al. 2016, section 7)."""
    weight_averaging: Annotated[WeightAveraging | None, Control("Weight averaging")] = None
    """Polyak & Juditsky 1992; with batch normalisation's statistics to match, Izmailov et al. 2018."""
    kept_epoch: Annotated[
        KeptEpoch,
        Control(
            "Weights kept",
            "Best epoch: the one with the highest validation accuracy, so that a bad end does no harm. Where "
            "many epochs are about as good, chance chooses among them, and that accuracy flatters a little. "
            "Last epoch: what plain Keras keeps, chosen by no image. It suits a learning rate that falls to "
            "nearly nothing, as with one cycle or cosine.",
            options={"best": "of the best epoch", "last": "of the last epoch"},
            word="weights kept",
        ),
    ] = "best"
    precision: Annotated[
        Precision,
        Control(
            "Number format",
            "What the network computes with while it trains. bfloat16 has two bytes in place of float32's "
            "four, and two to three digits: less is moved and more multiplied at once, so that large "
            "networks train faster. Weights stay float32, and so does all that the trained network answers. "
            "It is offered where the processor multiplies bfloat16 in hardware.",
            word="number format",
        ),
    ] = "float32"
    """Mixed precision (Micikevicius et al. 2018) in the format of Kalamkar et al. 2019."""
    continued: Annotated[
        tuple[Continuation, ...],
        Field(max_length=50),
        Control("Continued", "After which epochs it was continued.", word="continued after epoch"),
    ] = ()
    """After which epochs it was continued ("Train longer"): there the schedule begins anew."""
    seed: Annotated[
        int,
        Field(ge=0, le=2**31 - 1),
        Control("Seed", "Same seed, same result: weights, order, dropout."),
    ] = 0
    """Decides initial weights, order of the batches, dropout and augmentation."""

    @field_validator("batch_doublings", mode="before")
    @classmethod
    def _typed(cls, value: object) -> object:
        """Return the epochs in a text as people type them, such as "8, 12"."""
        return _epochs(value) if isinstance(value, str) else value

    @field_validator("batch_doublings")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            named = ", ".join(map(str, value))
            raise SpecError(f"The batch is to double after epochs {named}: name each once, in rising order.")
        return value

    @field_validator("continued")
    @classmethod
    def _in_order(cls, value: tuple[Continuation, ...]) -> tuple[Continuation, ...]:
        afters = [told.after for told in value]
        if afters != sorted(set(afters)) or any(told.planned < told.after for told in value):
            raise SpecError(
                "Where a run was continued must be told in rising order of epochs, never after its end."
            )
        return value

    @model_validator(mode="after")
    def _layers_fit(self) -> "RunSpec":
        largest = self.batch_size_in(self.epochs)
        held = network_cost(self.layers).activations * largest
        if held > MAX_BATCH_ACTIVATIONS:
            raise SpecError(
                f"With a batch of {largest:,} images the layers' outputs hold {held:,} numbers, the "
                f"limit is {MAX_BATCH_ACTIVATIONS:,}: choose a smaller batch or fewer filters."
            )
        return self

    def drawn_from(self, source: str, images: int) -> "RunSpec":
        """Return the same recipe for so many images of another source."""
        return self.model_copy(
            update={"data": self.data.model_copy(update={"source": source, "images": images})}
        )

    @property
    def has_batch_norm(self) -> bool:
        """Whether any layer normalises its values over the batch."""
        return any(layer.has_batch_norm for layer in self.layers)

    @property
    def is_guided(self) -> bool:
        """Whether validation images decide anything: the epoch that is kept, the end, the learning rate."""
        waits = self.early_stopping is not None or self.schedule.callback() is not None
        return waits or self.kept_epoch == "best"

    def batch_size_in(self, epoch: int) -> int:
        """Return how many images a batch has in an epoch, counted from 1."""
        doubled: int = 2 ** sum(epoch > after for after in self.batch_doublings)
        return self.batch_size * doubled

    def to_json(self) -> str:
        """Return the whole spec as JSON; `parse` reads it back."""
        return self.model_dump_json()


def parse(text: str | bytes | dict[str, Any]) -> RunSpec:
    """Return the spec that JSON text, or the mapping it stands for, describes.

    Raises:
        SpecError: one sentence that names the place and what was expected.
    """
    try:
        value = text if isinstance(text, dict) else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"The configuration is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise SpecError('The configuration must be a JSON object such as {"layers": […], "epochs": 10}.')
    try:
        return RunSpec.model_validate(value)
    except ValidationError as error:
        raise SpecError(refusal(error)) from None


def parse_file(content: bytes, name: str) -> RunSpec:
    """Return the spec that a file of JSON describes, in UTF-8 or, as Windows' shell writes it, UTF-16.

    Raises:
        SpecError: as in `parse`, or that the file is no text.
    """
    if content.startswith(b"PK\x03\x04"):
        raise SpecError(f"{name} is a zip, expected a configuration as JSON (a whole run goes to Runs).")
    try:
        return parse(content.decode(json.detect_encoding(content)))
    except UnicodeDecodeError:
        raise SpecError(f"{name} is not a text file, expected a configuration as JSON.") from None


def _epochs(text: str) -> list[int]:
    parts = [part for part in _BETWEEN.split(text) if part]
    if not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise SpecError(f"Batch doublings: expected epochs such as 8, 12, received “{text[:60]}”.")
    return [int(part) for part in parts]
