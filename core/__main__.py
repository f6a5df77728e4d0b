"""The terminal's way in: `python -m core COMMAND`; `--help` lists the commands.

Whatever it trains appears in the dashboard at once: both use the same store. With `--json`, stdout holds
one JSON value and nothing else.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import DataError, SpecError, UserError
from core.inference.loading import load_keras
from core.model.presets import PRESETS
from core.model.shapes import network_cost
from core.model.specs import RunSpec, parse
from core.names import isolated, padded
from core.runs.artifacts import VALIDATION
from core.runs.courier import mirrored, send_now
from core.runs.pools import add_pool, check_pool
from core.runs.records import Run
from core.runs.status import Command, RunStatus
from core.runs.store import SILENCE, RunStore, open_store
from core.terminal.interrupts import stop_on_interrupt
from core.terminal.options import add_export, add_predict, add_reproduce

GLANCE = 5.0
"""Seconds in which a run that lives gives two signs of it."""


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return the exit status: 0 done, 1 refused or failed, 2 used wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without “ or × shows a ? for it
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.action(chosen))
    except UserError as error:
        if getattr(chosen, "json", False):
            print(json.dumps({"error": str(error)}))
        print(error, file=sys.stderr if chosen.action is not check_data else sys.stdout)
        return 1
    except BrokenPipeError:
        sys.stdout = None  # nobody reads it any more; keeps Python from complaining at its end
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def presets(chosen: argparse.Namespace) -> int:
    """List the presets."""
    rows = [
        {
            "name": preset.name,
            "title": preset.title,
            "description": preset.description,
            "parameters": network_cost(preset.spec.layers).parameters,
            "epochs": preset.spec.epochs,
            "images": preset.spec.data.images,
        }
        for preset in PRESETS.values()
    ]
    _show(
        rows,
        chosen.json,
        lambda row: f"{row['name']:24} {row['parameters']:>9,} parameters  {row['description']}",
    )
    return 0


def runs(chosen: argparse.Namespace) -> int:
    """List the saved runs, the newest first."""
    store = open_store()
    _interrupt_silent(store)
    _show([_summary(run) for run in store.runs()], chosen.json, _run_line)
    return 0


def _interrupt_silent(store: RunStore) -> None:
    """Mark what is dead as interrupted; where the clocks leave it open, see for a moment who gives a sign."""
    store.interrupt_silent()
    if any(run.is_live and abs(time.time() - run.heartbeat_at) > SILENCE for run in store.runs()):
        time.sleep(GLANCE)
        store.interrupt_silent(GLANCE)


def train(chosen: argparse.Namespace) -> int:
    """Train a preset or a spec in this process and print how it ended."""
    store = open_store()
    spec, name, preset = _spec(chosen, store)
    check_pool(store, spec.data)
    load_keras()
    from core.training.job import run_job  # takes seconds, in which a run would give no sign of life
    from core.training.terminal import progress_bar

    run = store.create(spec, name, preset)
    stop_on_interrupt(store, run.id)
    if not chosen.json:
        print(f"Run {run.id}: {isolated(name)}", file=sys.stderr)
    bar = progress_bar(store, run.id, hidden=chosen.json or not sys.stderr.isatty())
    with mirrored(store, run.id), bar:
        run_job(store, run.id)
    ended = store.get(run.id)
    _show([_summary(ended)], chosen.json, _run_line, single=True)
    if ended.message:
        print(ended.message, file=sys.stderr)
    return 0 if ended.status in (RunStatus.FINISHED, RunStatus.STOPPED) else 1


def evaluate(chosen: argparse.Namespace) -> int:
    """Print confusion matrix, classification report and worst errors on the validation images."""
    from core.analysis.evaluate import confusion, report, top_errors
    from core.analysis.predictions import Predictions

    store = open_store()
    run = store.get(chosen.run_id)
    content = store.artifact(run.id, VALIDATION)
    if content is None:
        raise DataError(f"Run {run.id} ({run.status}) kept no predictions, so there is nothing to evaluate.")
    predictions = Predictions.from_bytes(content)
    table = report(predictions)
    if not chosen.json:
        print(table.to_string(float_format="{:.4f}".format, na_rep=""))
        return 0
    rows = json.loads(table.to_json(orient="index"))
    value = {
        "run_id": run.id,
        "confusion_matrix": confusion(predictions).tolist(),
        "classification_report": rows,
        "top_errors": [asdict(mistake) for mistake in top_errors(predictions)],
    }
    print(json.dumps(value))
    return 0


def mlflow(chosen: argparse.Namespace) -> int:
    """Send saved runs to the MLflow server at MLFLOW_TRACKING_URI, or bring them up to date there."""
    rows = send_now(open_store(), chosen.run_ids)
    _show(rows, chosen.json, lambda row: f"{row['run_id']}  {row['page'] or row['tracking_uri']}")
    return 0


def stop(chosen: argparse.Namespace) -> int:
    """Stop a run, whoever started it; its best weights are kept."""
    open_store().ask(chosen.run_id, Command.STOP)
    return 0


def delete(chosen: argparse.Namespace) -> int:
    """Delete a run, whoever started it; the store keeps it for another day."""
    store = open_store()
    store.delete([store.get(chosen.run_id).id])
    return 0


def check_data(chosen: argparse.Namespace) -> int:
    """Say what a Kaggle file holds and what is odd about it, or in one line what is wrong and where."""
    from core.terminal.data import checked

    for line in checked(chosen.file):
        print(line)
    return 0


def _spec(chosen: argparse.Namespace, store: RunStore) -> tuple[RunSpec, str, str | None]:
    """Return the spec that the options describe, a name for its run, and its preset."""
    name, preset = "Quick start", chosen.preset or (None if chosen.spec else "quick-start")
    if preset is not None:
        if preset not in PRESETS:
            raise SpecError(f"There is no preset “{preset}”; choose one of {', '.join(PRESETS)}.")
        values, name = PRESETS[preset].spec.model_dump(), PRESETS[preset].title
    if chosen.spec:
        values, name = _read_spec(chosen.spec).model_dump(), chosen.spec.stem
    for option, value in (("epochs", chosen.epochs), ("seed", chosen.seed)):
        if value is not None:
            values[option] = value
    if chosen.data:
        from core.terminal.data import read_pool

        record = add_pool(store, read_pool(chosen.data, chosen.mend))
        values["data"] |= {
            "source": record.fingerprint,
            "images": max(2, min(values["data"]["images"], record.images)),
        }
        if record.dropped:
            print(f"{record.dropped:,} images of MNIST's test set are left out.", file=sys.stderr)
    if chosen.train_size is not None:
        values["data"]["images"] = chosen.train_size
    return parse(values), name, preset


def _read_spec(path: Path) -> RunSpec:
    try:
        if path.exists() and not path.is_file():
            raise SpecError(f"{path} is a folder or a device, expected a configuration as JSON.")
        return parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path} is not a text file, expected a configuration as JSON.") from None


def _summary(run: Run) -> dict[str, Any]:
    results = asdict(run.results) if run.results else {}
    epochs = run.progress.epoch
    return {
        "run_id": run.id,
        "name": run.name,
        "preset": run.preset,
        "tags": list(run.tags),
        "status": str(run.status),
        "message": run.message,
        "epochs": epochs,
        "best_epoch": results.get("best_epoch"),
        "val_loss": results.get("val_loss"),
        "val_accuracy": results.get("val_accuracy"),
        "test_loss": results.get("test_loss"),
        "test_accuracy": results.get("test_accuracy"),
        "parameters": run.parameters,
        "images_per_second": round(run.progress.images_per_second, 1),
        "seconds": round(run.progress.seconds, 2),
        "created_at": run.created_at,
    }


def _run_line(row: dict[str, Any]) -> str:
    validation, test = row["val_accuracy"], row["test_accuracy"]
    scores = f"validation {validation:.4f}  test {test:.4f}" if validation is not None else ""
    return f"{row['run_id']}  {row['status']:11}  {padded(row['name'], 32)}  {scores}"


def _show(
    rows: list[dict[str, Any]], as_json: bool, line: Callable[[dict[str, Any]], str], single: bool = False
) -> None:
    if as_json:
        print(json.dumps(rows[0] if single else rows))
        return
    for row in rows:
        print(line(row))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core", description="Train and look at networks on digits."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, action: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=action.__doc__, description=action.__doc__)
        sub.set_defaults(action=action)
        return sub

    for name, action in (("presets", presets), ("runs", runs)):
        command(name, action).add_argument("--json", action="store_true", help="print JSON")
    sub = command("train", train)
    start = sub.add_mutually_exclusive_group()
    start.add_argument("--preset", metavar="NAME", help="where to start from (default: quick-start)")
    start.add_argument("--spec", type=Path, metavar="FILE.json", help="a whole configuration instead")
    sub.add_argument("--epochs", type=int)
    sub.add_argument("--train-size", type=int, metavar="N", help="images to train and validate on together")
    sub.add_argument("--seed", type=int)
    sub.add_argument("--data", type=Path, metavar="PATH", help="Kaggle's train.csv, plain, .gz or .zip")
    help_text = "turn, invert or centre the images of --data first where they are not as MNIST's"
    sub.add_argument("--mend", action="store_true", help=help_text)
    sub.add_argument("--json", action="store_true", help="print one JSON object")
    sub = command("evaluate", evaluate)
    sub.add_argument("run_id", metavar="RUN_ID")
    sub.add_argument("--json", action="store_true", help="print one JSON object")
    for add in (add_predict, add_export, add_reproduce):
        add(command)
    sub = command("mlflow", mlflow)
    sub.add_argument("run_ids", nargs="+", metavar="RUN_ID")
    sub.add_argument("--json", action="store_true", help="print JSON")
    for name, action in (("stop", stop), ("delete", delete)):
        command(name, action).add_argument("run_id", metavar="RUN_ID")
    command("check-data", check_data).add_argument("file", type=Path, metavar="FILE.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
