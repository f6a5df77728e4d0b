"""What can be tried next: changed configurations, one change at a time, and how to say it."""

from math import floor, log10
from typing import Any

from core.analysis.signs.findings import Remedy
from core.errors import SpecError
from core.model import layers as L
from core.model.augmentations import Augmentation
from core.model.specs import EarlyStopping, RunSpec, parse
from core.words import so_many

LARGE = 10
"""Times the usual rate that counts as large."""
SMALL = 10
"""So many times less than the usual rate counts as small."""
MOST_EPOCHS = 500
SMALLEST_BATCH, ENOUGH_STEPS = 4, 400
SATURATING = ("sigmoid", "tanh")


def is_large(spec: RunSpec) -> bool:
    return spec.optimizer.learning_rate >= LARGE * spec.optimizer.usual_rate


def is_small(spec: RunSpec) -> bool:
    return spec.optimizer.learning_rate <= spec.optimizer.usual_rate / SMALL


def is_deep_and_saturating(spec: RunSpec) -> bool:
    """Return whether gradients may vanish: three or more sigmoid or tanh layers, not normalised.

    Glorot & Bengio 2010, section 3.
    """
    return len([layer for layer in activated(spec) if _saturates(layer)]) >= 3


def activated(spec: RunSpec) -> list[L.Activated]:
    return [layer for layer in spec.layers if isinstance(layer, L.Activated)]


def dropouts(spec: RunSpec) -> list[float]:
    return [layer.rate for layer in spec.layers if isinstance(layer, L.Dropout) and layer.rate > 0]


def lower_rate(spec: RunSpec) -> Remedy:
    """Go back to the usual rate from a large one, otherwise to the next of … 0.003, 0.001 … below."""
    rate = spec.optimizer.learning_rate
    lower = spec.optimizer.usual_rate if is_large(spec) else _below(rate)
    otherwise = "" if spec.has_batch_norm else "Batch normalisation makes larger rates possible, too."
    sentence = f"Lower the learning rate from {rate:g} to {lower:g}."
    return Remedy(sentence, _with_rate(spec, lower), otherwise)


def raise_rate(spec: RunSpec) -> Remedy:
    """Go to the usual rate, or to three times the rate if that is near already."""
    rate, usual = spec.optimizer.learning_rate, spec.optimizer.usual_rate
    higher = usual if rate <= usual / 2 else float(f"{3 * rate:.1g}")
    return Remedy(f"Raise the learning rate from {rate:g} to {higher:g}.", _with_rate(spec, higher))


def use_relu(spec: RunSpec) -> Remedy:
    """Replace the sigmoid or tanh of all layers."""
    named = " and ".join(sorted({layer.activation for layer in activated(spec) if _saturates(layer)}))
    new = [_with(layer, activation="relu") if _saturates(layer) else layer for layer in spec.layers]
    return Remedy(
        f"Use ReLU in place of {named}: its slope is 1 wherever a unit is active.",
        _changed(spec, layers=tuple(new)),
        "Batch normalisation, or Adam in place of plain SGD, are other ways out.",
    )


def use_leaky_relu(spec: RunSpec) -> Remedy:
    """Replace ReLU in all layers."""
    new = [_with(x, activation="leaky_relu") if _is_relu(x) else x for x in spec.layers]
    text = "Use leaky ReLU, whose units cannot die."
    return Remedy(text, _changed(spec, layers=tuple(new)), "A lower learning rate helps as well.")


def normalise(spec: RunSpec) -> Remedy:
    """Put batch normalisation before every activation."""
    new = [_with(x, batch_norm="before") if isinstance(x, L.Activated) else x for x in spec.layers]
    return Remedy("Add batch normalisation before the activations.", _changed(spec, layers=tuple(new)))


def stop_early(spec: RunSpec, patience: int) -> Remedy:
    text = f"Switch on early stopping with a patience of {so_many(patience, 'epoch')}."
    return Remedy(text, _changed(spec, early_stopping=EarlyStopping(patience=patience)))


def keep_best(spec: RunSpec) -> Remedy:
    """Keep what was best on the validation images, or calm the end."""
    return Remedy(
        "Keep the weights of the best epoch.",
        _changed(spec, kept_epoch="best"),
        "A learning rate that falls to nearly nothing, or weight averaging, calms the last epochs.",
    )


def train_longer(spec: RunSpec, done: int) -> Remedy:
    """Have a run that was broken off after so many epochs end first; else train for twice as many."""
    if done < spec.epochs:
        return Remedy(f"Train it to its end: it was ended after {done} of {so_many(spec.epochs, 'epoch')}.")
    if spec.epochs >= MOST_EPOCHS:
        return raise_rate(spec)
    epochs = min(MOST_EPOCHS, 2 * spec.epochs)
    return Remedy(f"Train for {epochs} epochs instead of {spec.epochs}.", _changed(spec, epochs=epochs))


def more_steps(spec: RunSpec, taken: int) -> Remedy:
    """Take smaller batches where they are large, otherwise train longer: a step is what changes weights."""
    smaller = max(SMALLEST_BATCH, spec.batch_size // 8)
    if smaller < spec.batch_size:
        text = f"Use batches of {smaller} in place of {spec.batch_size}: each image brings more steps."
        return Remedy(text, _changed(spec, batch_size=smaller), "More epochs help as well.")
    epochs = min(MOST_EPOCHS, spec.epochs * max(2, round(ENOUGH_STEPS / max(1, taken))))
    return Remedy(f"Train for {epochs} epochs instead of {spec.epochs}.", _changed(spec, epochs=epochs))


def regularise(spec: RunSpec) -> Remedy:
    """Make training harder: by augmentation, or dropout if that is on, or smaller layers if both are."""
    if not spec.augmentation.is_on:
        some = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
        text = "Switch on augmentation (turns of 10°, zoom and shifts of 10%), so that no image comes twice."
        return Remedy(text, _changed(spec, augmentation=some))
    if not dropouts(spec):
        text = "Add a dropout of 0.5 before the softmax layer, so that no unit can rely on another."
        return Remedy(text, _changed(spec, layers=(*spec.layers, L.Dropout(rate=0.5))))
    return Remedy("Use more training images or smaller layers.", _changed(spec, layers=_sized(spec, 0.5)))


def enlarge(spec: RunSpec) -> Remedy:
    """Give the network more to work with: less dropout if there is much, otherwise twice the units."""
    if max(dropouts(spec), default=0.0) >= 0.5:
        new = [_with(x, rate=x.rate / 2) if isinstance(x, L.Dropout) else x for x in spec.layers]
        return Remedy("Halve the dropout: it takes too much away.", _changed(spec, layers=tuple(new)))
    text = "Use a larger network, such as twice the units and filters in every layer."
    return Remedy(text, _changed(spec, layers=_sized(spec, 2)))


def _sized(spec: RunSpec, factor: float) -> tuple[L.Layer, ...]:
    """Return the layers with `factor` times the units and filters, within their limits."""
    new: list[Any] = []
    for layer in spec.layers:
        if isinstance(layer, L.Dense):
            layer = _with(layer, units=min(4096, max(1, round(layer.units * factor))))
        elif isinstance(layer, L.Convolution | L.Residual):
            layer = _with(layer, filters=min(512, max(1, round(layer.filters * factor))))
        new.append(layer)
    return tuple(new)


def _saturates(layer: L.Layer | L.Activated) -> bool:
    return isinstance(layer, L.Activated) and layer.activation in SATURATING and layer.batch_norm == "none"


def _is_relu(layer: L.Layer) -> bool:
    return isinstance(layer, L.Activated) and layer.activation == "relu"


def _below(rate: float) -> float:
    """Return the largest of … 0.1, 0.03, 0.01, 0.003 … that is at most 0.4 times `rate`."""
    decade = 10.0 ** floor(log10(rate))
    return next(float(f"{s * decade:.1g}") for s in (1, 0.3, 0.1) if s * decade <= 0.4 * rate)


def _with_rate(spec: RunSpec, rate: float) -> RunSpec | None:
    return _changed(spec, optimizer=spec.optimizer.model_copy(update={"learning_rate": rate}))


def _with(layer: Any, **values: Any) -> Any:
    return layer.model_copy(update=values)


def _changed(spec: RunSpec, **values: Any) -> RunSpec | None:
    """Return the changed configuration, or None if it would be no other or none that can be trained."""
    try:
        new = parse(spec.model_copy(update=values).model_dump())
    except SpecError:
        return None
    return None if new == spec else new
