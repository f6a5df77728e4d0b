"""Which settings of several runs become the scales of parallel coordinates, and in which order."""

from collections.abc import Sequence

from core.figures.tradeoffs import Scale
from core.model.describe import differences, layer_values
from core.model.specs import RunSpec
from core.runs.records import Run
from core.words import setting

MOST_SCALES = 7
"""More settings than this cannot be told apart in one figure; the table of settings has them all."""
_FIRST = ("optimizer.learning_rate", "optimizer", "batch_size", "epochs")
_LAST = ("schedule", "augmentation", "data", "seed")


def scales(runs: Sequence[Run]) -> tuple[list[Scale], list[str]]:
    """Return a scale for each setting that all runs have and that differs, then what came of it.

    Args:
        runs: all of them with results.

    Returns:
        The scales, and the names of the settings for which there was no room.
    """
    found = _settings([run.spec for run in runs])
    names = sorted(found, key=_rank)
    chosen = [Scale(setting(key), tuple(map(_number, found[key]))) for key in names[:MOST_SCALES]]
    return [*chosen, *_outcome(runs)], [setting(key) for key in names[MOST_SCALES:]]


def _settings(specs: Sequence[RunSpec]) -> dict[str, list[str]]:
    """Return what differs, by setting; augmentation that is on in one way only counts as one setting."""
    found = {
        key: values
        for key, values in differences(list(specs)).items()
        if "–" not in values and not key.startswith("layer ") and key != "seed"
    }
    if len({spec.augmentation for spec in specs if spec.augmentation.is_on}) == 1:
        found = {key: values for key, values in found.items() if not key.startswith("augmentation")}
        if not all(spec.augmentation.is_on for spec in specs):
            found["augmentation"] = ["on" if spec.augmentation.is_on else "off" for spec in specs]
    if len({len(spec.layers) for spec in specs}) > 1:
        found["layers"] = [str(len(spec.layers)) for spec in specs]
    return found | layer_values(specs)


def _rank(key: str) -> int:
    """Return where a setting stands: what is tuned first in front, what is seldom touched behind."""
    if key in _FIRST:
        return _FIRST.index(key)
    begins = key.partition(".")[0]
    return len(_FIRST) + (1 + _LAST.index(begins) if begins in _LAST else 0)


def _outcome(runs: Sequence[Run]) -> list[Scale]:
    parameters = tuple(float(run.parameters) for run in runs)
    return [
        *([Scale("parameters", parameters)] if len(set(parameters)) > 1 else []),
        Scale("seconds", tuple(run.progress.seconds for run in runs)),
        Scale(
            "validation accuracy",
            tuple(run.results.val_accuracy for run in runs if run.results),
            percent=True,
        ),
    ]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
