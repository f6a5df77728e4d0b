"""Every file that a saved run can be had as: its name, its kind, and what makes it when it is asked for."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from core.analysis.evaluate import top_errors
from core.analysis.predictions import Predictions
from core.analysis.units import Units
from core.analysis.vitals import Vitals
from core.data import mnist
from core.errors import DataError
from core.export.archive import pack
from core.export.models import keras_file
from core.export.notebook import run_notebook
from core.export.run_report import ERRORS, Measured, run_report
from core.export.script import run_script
from core.export.tables import confusion_csv, history_csv, predictions_csv
from core.figures.network.boxes import boxes
from core.figures.network.picture import network_svg
from core.inference.convert import tflite
from core.names import file_words, isolated
from core.runs.artifacts import MODEL, TEST, UNITS, VALIDATION, VITALS
from core.runs.pools import load_pool
from core.runs.records import Run
from core.runs.store import RunStore


@dataclass(frozen=True)
class File:
    """One kind of file.

    Attributes:
        label, help: what people call it, and what it is good for.
        suffix: how its name ends.
        media_type: as HTTP calls it.
        make: makes it of a run in a store; raises UserError.
        question: what makes it where Keras is, of the store's address, the run's id and the time it ended; a
            page asks the lane, and `make` is for a process that may import Keras.
        needs: the artifact without which there is no such file.
        ended: whether the run must have ended.
    """

    label: str
    suffix: str
    media_type: str
    make: Callable[[RunStore, Run], bytes]
    help: str
    needs: str | None = None
    ended: bool = False
    question: Callable[[str, str, float], bytes] | None = None


def files_of(store: RunStore, run: Run) -> dict[str, File]:
    """Return the files that this run can be had as now, by the name that its address has.

    Raises:
        StoreError: the store cannot be read.
    """
    kept = store.artifact_names(run.id)
    return {
        key: file
        for key, file in FILES.items()
        if (file.needs is None or file.needs in kept) and not (file.ended and run.is_live)
    }


def file_name(run: Run, file: File) -> str:
    """Return a name that every file system takes, such as "quick-start-1f2e3d4c5b-history.csv"."""
    return f"{file_words(run.name, 40) or 'run'}-{run.id}{file.suffix}"


def _report(store: RunStore, run: Run) -> bytes:
    measured = {name: _measured(store, run, name) for name in (VALIDATION, TEST)}
    history, units = store.history(run.id), Units.kept(store.artifact(run.id, UNITS))
    vitals = Vitals.kept(store.artifact(run.id, VITALS))
    return run_report(run, history, measured[VALIDATION], measured[TEST], units, vitals).encode()


def _measured(store: RunStore, run: Run, name: str) -> Measured | None:
    if store.artifact(run.id, name) is None:
        return None
    predictions = _predictions(store, run, name)
    pool = mnist.test() if name == TEST else load_pool(store, run.spec.data.source)
    return Measured(predictions, pool.images[[m.index for m in top_errors(predictions, ERRORS)]])


def _predictions(store: RunStore, run: Run, name: str) -> Predictions:
    return Predictions.from_bytes(_artifact(store, run, name))


def _artifact(store: RunStore, run: Run, name: str) -> bytes:
    content = store.artifact(run.id, name)
    if content is None:
        raise DataError(f"The run “{isolated(run.name)}” has not kept any {name}.")
    return content


def _configuration(_store: RunStore, run: Run) -> bytes:
    return json.dumps(json.loads(run.spec_json), indent=2).encode()


def _table(make: Callable[[Predictions], bytes], name: str) -> Callable[[RunStore, Run], bytes]:
    return lambda store, run: make(_predictions(store, run, name))


FILES: dict[str, File] = {
    "report": File(
        "Report (HTML)",
        "-report.html",
        "text/html",
        _report,
        help="All of this page in one file that opens without the server.",
        ended=True,
    ),
    "archive": File(
        "Whole run (zip)",
        ".zip",
        "application/zip",
        lambda store, run: pack(store, run.id),
        help="Another dashboard imports it on its Runs page.",
        ended=True,
    ),
    "configuration": File(
        "Configuration (JSON)",
        ".json",
        "application/json",
        _configuration,
        help="The Train page imports it; so does the terminal: python -m core train --spec FILE.json.",
    ),
    "network": File(
        "Network (SVG)",
        "-network.svg",
        "image/svg+xml",
        lambda _store, run: network_svg(boxes(run.spec.layers), alone=True).encode(),
        help="The picture of the network, for slides and print. Its own buttons save it as PNG too.",
    ),
    "model": File(
        "Model (.keras)",
        ".keras",
        "application/zip",
        keras_file,
        help="The network with the weights that the run keeps, for keras.saving.load_model. It expects "
        "float32 (n, 28, 28, 1), pixels divided by 255.",
        needs=MODEL,
    ),
    "tflite": File(
        "Model (TFLite)",
        ".tflite",
        "application/octet-stream",
        lambda store, run: tflite(store.url, run.id, run.ended_at or 0.0),
        help="The same for phones and small computers, run by LiteRT. Its description says what it expects: "
        "float32 (n, 28, 28, 1), pixels divided by 255.",
        needs=MODEL,
        ended=True,
        question=tflite,
    ),
    "script": File(
        "Keras code (.py)",
        ".py",
        "text/x-python",
        run_script,
        help="A script that trains this network on Kaggle's files, with keras, numpy, pandas and "
        "scikit-learn alone.",
    ),
    "notebook": File(
        "Keras code (.ipynb)",
        ".ipynb",
        "application/x-ipynb+json",
        run_notebook,
        help="The same as a notebook, for Kaggle or Jupyter.",
    ),
    "history": File(
        "History (CSV)",
        "-history.csv",
        "text/csv",
        lambda store, run: history_csv(store.history(run.id)),
        help="Loss, accuracy and learning rate, one row an epoch.",
    ),
}
for _name, _part in ((VALIDATION, "validation"), (TEST, "test")):
    FILES[f"predictions-{_part}"] = File(
        f"Predictions, {_part} (CSV)",
        f"-predictions-{_part}.csv",
        "text/csv",
        _table(predictions_csv, _name),
        help="One row an image: true and predicted digit, and the probability of each digit.",
        needs=_name,
    )
    FILES[f"confusion-{_part}"] = File(
        f"Confusion matrix, {_part} (CSV)",
        f"-confusion-{_part}.csv",
        "text/csv",
        _table(confusion_csv, _name),
        help="Rows are the true digits, columns the predicted ones.",
        needs=_name,
    )
