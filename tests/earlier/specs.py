"""The configurations whose JSON and links are kept: presets, and every field at and off its default."""

from collections.abc import Iterator

from core.model import layers as L
from core.model.augmentations import Augmentation
from core.model.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, RMSprop
from core.model.presets import PRESETS
from core.model.schedules import Constant, Cosine, OneCycle, ReduceOnPlateau
from core.model.specs import Data, EarlyStopping, RunSpec

_DENSE = (L.Flatten(), L.Dense(units=16))
ACTIVATIONS: tuple[L.Activation, ...] = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu")
_LAYERS: dict[str, tuple[L.Layer, ...]] = {
    "no layers": (L.Flatten(),),
    "conv2d at its defaults": (L.Conv2D(), *_DENSE),
    "conv2d off its defaults": (
        L.Conv2D(
            filters=3,
            kernel_size=2,
            padding="valid",
            activation="leaky_relu",
            negative_slope=0.2,
            batch_norm="before",
        ),
        *_DENSE,
    ),
    "max pooling at its defaults": (L.MaxPooling2D(), *_DENSE),
    "max pooling off its defaults": (L.MaxPooling2D(pool_size=4), *_DENSE),
    "dropout at its defaults": (*_DENSE, L.Dropout()),
    "dropout off its defaults": (*_DENSE, L.Dropout(rate=0.4)),
    "global pooling at its defaults": (L.Conv2D(filters=4), L.GlobalPooling2D()),
    "global pooling off its defaults": (L.Conv2D(filters=4), L.GlobalPooling2D(mode="max")),
    "dense at its defaults": (L.Flatten(), L.Dense()),
    "dense off its defaults": (
        L.Flatten(),
        L.Dense(units=5, activation="elu", negative_slope=0.3, batch_norm="after"),
    ),
} | {f"activation {name}": (L.Flatten(), L.Dense(units=8, activation=name)) for name in ACTIVATIONS}
_OPTIMIZERS = (
    *(SGD(), SGD(learning_rate=0.5)),
    *(Momentum(), Momentum(learning_rate=0.02, momentum=0.8)),
    *(Nesterov(), Nesterov(learning_rate=0.02, momentum=0.8)),
    *(Adagrad(), Adagrad(learning_rate=0.02, initial_accumulator_value=0.5, epsilon=1e-5)),
    *(RMSprop(), RMSprop(learning_rate=0.002, rho=0.8, momentum=0.5, epsilon=1e-8)),
    *(Adam(), Adam(learning_rate=0.002, beta_1=0.8, beta_2=0.99, epsilon=1e-8)),
    *(AdamW(), AdamW(learning_rate=0.002, weight_decay=0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-8)),
)
_SCHEDULES = (
    Constant(),
    *(ReduceOnPlateau(), ReduceOnPlateau(factor=0.2, patience=2, min_learning_rate=1e-6)),
    *(Cosine(), Cosine(final_share=0.1)),
    *(OneCycle(), OneCycle(warmup_share=0.2, start_divisor=10, final_divisor=1000)),
)
_REST: dict[str, dict[str, object]] = {
    "uploaded data": {"data": Data(source="csv-0123456789abcdef", images=50, validation_share=0.25)},
    "another split": {"data": Data(split_seed=7)},
    "rotation": {"augmentation": Augmentation(rotation=12.5)},
    "zoom": {"augmentation": Augmentation(zoom=0.15)},
    "shifts": {"augmentation": Augmentation(width_shift=0.05, height_shift=0.2)},
    "early stopping at its defaults": {"early_stopping": EarlyStopping()},
    "early stopping off its defaults": {"early_stopping": EarlyStopping(patience=2)},
    "epochs and batch": {"epochs": 3, "batch_size": 100},
    "another seed": {"seed": 4},
}


def specs() -> Iterator[tuple[str, RunSpec]]:
    """Yield what each configuration shows, in a few words, and the configuration."""
    for name, preset in PRESETS.items():
        yield f"preset {name}", preset.spec
    for what, layers in _LAYERS.items():
        yield what, RunSpec(layers=layers)
    for optimizer in _OPTIMIZERS:
        off = "at its defaults" if optimizer == type(optimizer)() else "off its defaults"
        yield f"optimizer {optimizer.kind} {off}", RunSpec(layers=_DENSE, optimizer=optimizer)
    for schedule in _SCHEDULES:
        off = "at its defaults" if schedule == type(schedule)() else "off its defaults"
        yield f"schedule {schedule.kind} {off}", RunSpec(layers=_DENSE, schedule=schedule)
    for what, values in _REST.items():
        yield what, RunSpec.model_validate({"layers": _DENSE} | values)
