"""A whole run as one frozen value: network, optimizer, data and training; JSON in, JSON out.

All limits live here and in the kinds; a bad value is refused in one plain sentence (`parse`).
"""

import json
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from core.errors import SpecError
from core.model.kind import Control, Frozen
from core.model.layers import Layer
from core.model.optimizers import Adam, Optimizer
from core.model.refusal import refusal
from core.model.schedules import Constant, Schedule
from core.model.shapes import MAX_BATCH_ACTIVATIONS, network_cost


class Augmentation(Frozen):
    """Random changes of each training image, drawn anew each epoch; all off by default."""

    rotation: float = Field(default=0.0, ge=0, le=180)
    """Largest turn either way, in degrees."""
    zoom: float = Field(default=0.0, ge=0, le=0.5)
    """Largest change of size either way, as a share."""
    width_shift: float = Field(default=0.0, ge=0, le=0.5)
    """Largest shift left or right, as a share of the width."""
    height_shift: float = Field(default=0.0, ge=0, le=0.5)
    """Largest shift up or down, as a share of the height."""

    @property
    def is_on(self) -> bool:
        return any((self.rotation, self.zoom, self.width_shift, self.height_shift))


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
        Control("Validation share", "Share kept aside to validate on.", step=0.05),
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
        int, Field(ge=1, le=500), Control("Epochs", "How often every training image is seen.")
    ] = 10
    batch_size: Annotated[
        int,
        Field(ge=1, le=4096),
        Control("Batch size", "Images for each step of the optimizer.", tries=(16, 256), by_factors=True),
    ] = 64
    early_stopping: Annotated[EarlyStopping | None, Control("Early stopping")] = None
    seed: Annotated[
        int,
        Field(ge=0, le=2**31 - 1),
        Control("Seed", "Same seed, same result: weights, order, dropout."),
    ] = 0
    """Decides initial weights, order of the batches, dropout and augmentation."""

    @model_validator(mode="after")
    def _layers_fit(self) -> "RunSpec":
        held = network_cost(self.layers).activations * self.batch_size
        if held > MAX_BATCH_ACTIVATIONS:
            raise SpecError(
                f"With a batch of {self.batch_size:,} images the layers' outputs hold {held:,} numbers, the "
                f"limit is {MAX_BATCH_ACTIVATIONS:,}: choose a smaller batch or fewer filters."
            )
        return self

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
