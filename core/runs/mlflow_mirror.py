"""The one home of the library MLflow: makes a run's copy in a tracking server equal to the store's run.

The library takes seconds and 200 MB to import, so this is done inside functions, only where a run is
sent: by workers and in the terminal, never by the server of the pages.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core.errors import UserError
from core.journal import without_password
from core.model.describe import describe
from core.runs.mirrors import Mirror, MirrorError, tracking_uri
from core.runs.records import EpochPoint, Run, Steps
from core.runs.refusals import reason
from core.runs.status import RunStatus
from core.runs.store import RunStore

NOTE_TAG, NOTE_SENT = "mlflow.note.content", "digits.note"
"""MLflow's own tag for a run's description; and whether it is ours, since people may write one there."""
RUN_TAG = "digits.run_id"
"""The tag by which a run of ours is found again in MLflow."""
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
"""So that MLflow shows the curves of a training, not the tools for language models."""
SPEC = "spec.json"
SETTINGS = {
    # One attempt: a request to make a run that is repeated might make two. We come back by ourselves.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
"""MLflow's own environment variables, where the user has not set them."""
STATUSES = {
    RunStatus.FINISHED: "FINISHED",
    RunStatus.STOPPED: "KILLED",
    RunStatus.INTERRUPTED: "KILLED",
    RunStatus.DIVERGED: "FAILED",
    RunStatus.FAILED: "FAILED",
}
"""How a run ended, in MLflow's words; a run that lives is RUNNING there. The tag tells them all apart."""
EPOCH_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
RESULTS = {
    "{kept}_epoch": "best_epoch",
    "{kept}_val_loss": "val_loss",
    "{kept}_val_accuracy": "val_accuracy",
    "test_loss": "test_loss",
    "test_accuracy": "test_accuracy",
}
"""Metric → field of `Results`: single values, beside the history that bears the plain names. They are called
after the epoch that is kept: "best_epoch" or "last_epoch"."""
MOST_METRICS, MOST_PAIRS = 1000, 100
"""How much MLflow takes in one request."""
LONGEST_VALUE = 500


def send(store: RunStore, run_id: str, sender: str) -> Mirror | None:
    """Send what MLflow lacks of a run that is wanted there (`RunStore.want_mirrors`).

    May be called again and again, by anyone, after any failure: what is there is not sent twice, and no
    run gets a second copy. What is sent: parameters, tags, metrics with their history (one value for
    each epoch, and the batches' as in `RunStore.history`), the results of the kept weights; and once the
    run has ended its artifacts, and how and when it ended.

    Returns:
        What is there now, or None if another sender is at it, or nobody wants it.

    Raises:
        MirrorError: MLflow could not be reached or refused it; the store knows and says when to try again.
    """
    uri = tracking_uri()
    if uri is None or not store.hold_mirror(run_id, sender):
        return None
    mirror, run = store.mirror(run_id), store.mirrored_run(run_id)
    if mirror is None or run is None:
        return None
    try:
        with _plain_errors(uri):
            _Sending(store, run, mirror, sender, uri).send()
    except MirrorError as error:
        store.fail_mirror(run_id, sender, str(error))
        raise
    return store.mirror(run_id)


class _Sending:
    """One run on its way to MLflow."""

    def __init__(self, store: RunStore, run: Run, mirror: Mirror, sender: str, uri: str) -> None:
        self._store, self._run, self._sender, self._uri = store, run, sender, uri
        self._mirror, self._client = mirror, _client(uri)
        self._start = run.started_at or run.created_at

    def send(self) -> None:
        wanted_at, over = self._mirror.wanted_at, not self._run.is_live
        if self._run.status is not RunStatus.SCHEDULED:
            remote = self._remote()
            self._send_pairs(remote)
            self._send_curves(remote.info.run_id)
            if over:
                self._send_artifacts(remote.info.run_id)
                self._log(remote.info.run_id, metrics=self._results())
            self._send_status(remote)
        self._store.end_mirror(self._run.id, self._sender, wanted_at, done=over)

    # --- the run there -----------------------------------------------------------------------------

    def _remote(self) -> Any:
        """Return the run in MLflow, making it if there is none."""
        if self._mirror.remote_id and (remote := self._existing(self._mirror.remote_id)):
            return remote
        experiment = self._experiment()
        which = f"tags.`{RUN_TAG}` = '{self._run.id}'"
        found = self._client.search_runs([experiment], which, max_results=1)
        remote = found[0] if found else self._create(experiment)
        remote_id = remote.info.run_id
        page = _page(self._uri, experiment, remote_id)
        self._hold(remote_id=remote_id, page=page, epochs_sent=0, steps_sent=0)
        return remote

    def _existing(self, remote_id: str) -> Any:
        from mlflow.exceptions import MlflowException

        try:
            remote = self._client.get_run(remote_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise
        return remote if remote.info.lifecycle_stage == "active" else None

    def _create(self, experiment: str) -> Any:
        self._hold()  # so that nobody else is making it
        return self._client.create_run(
            experiment, int(1000 * self._start), {RUN_TAG: self._run.id}, run_name=self._run.name
        )

    def _experiment(self) -> str:
        """Return the id of the experiment that `MLFLOW_EXPERIMENT_NAME` names, making it if it is missing.

        Raises:
            MirrorError: it was deleted: MLflow keeps its name, and takes nothing for it.
        """
        from mlflow.exceptions import MlflowException

        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or "digits"
        known = self._client.get_experiment_by_name(name)
        if known is None:
            try:
                return str(self._client.create_experiment(name, tags=EXPERIMENT_TAGS))
            except MlflowException:  # another sender was faster
                known = self._client.get_experiment_by_name(name)
        if known is None:
            raise MirrorError(f"MLflow has no experiment “{name}” and none can be made.")
        if known.lifecycle_stage != "active":
            raise MirrorError(
                f"The experiment “{name}” was deleted in MLflow: restore it there, or set "
                "MLFLOW_EXPERIMENT_NAME to another name."
            )
        return str(known.experiment_id)

    def _hold(self, **values: Any) -> None:
        """Note what was sent and hold the run for another while."""
        if not self._store.hold_mirror(self._run.id, self._sender, **values):
            raise MirrorError(f"Another process is sending run {self._run.id} to MLflow.")
        self._mirror = replace(self._mirror, **values)

    # --- what is sent ------------------------------------------------------------------------------

    def _send_pairs(self, remote: Any) -> None:
        """Send parameters and tags that are new or have changed; parameters there never change."""
        from mlflow.entities import Param, RunTag

        known = remote.data
        wanted = _tags(self._run)
        if self._run.note or known.tags.get(NOTE_SENT):
            wanted[NOTE_TAG] = self._run.note
        pairs = describe(self._run.spec) | {"parameters": str(self._run.parameters)}
        params = [Param(k, v[:LONGEST_VALUE]) for k, v in pairs.items() if k not in known.params]
        tags = [RunTag(k, v) for k, v in wanted.items() if known.tags.get(k, "") != v]
        for part in _parts(params, MOST_PAIRS):
            self._log(remote.info.run_id, params=part)
        self._log(remote.info.run_id, tags=tags)

    def _send_curves(self, remote_id: str) -> None:
        """Send the epochs and batches that are not there yet."""
        history = self._store.history(self._run.id)
        epochs = [point for point in history.epochs if point.epoch > self._mirror.epochs_sent]
        self._log(remote_id, metrics=[metric for point in epochs for metric in self._epoch(point)])
        self._log(remote_id, metrics=list(self._batches(history.steps)))
        last_epoch = max((p.epoch for p in epochs), default=self._mirror.epochs_sent)
        last_step = max(self._mirror.steps_sent, *history.steps.step.tolist(), 0)
        self._hold(epochs_sent=last_epoch, steps_sent=last_step)

    def _epoch(self, point: EpochPoint) -> Iterator[Any]:
        for name in EPOCH_METRICS:
            yield self._metric(name, getattr(point, name), point.seconds, point.epoch)

    def _batches(self, steps: Steps) -> Iterator[Any]:
        for step, loss, accuracy, seconds in zip(
            steps.step.tolist(), steps.loss, steps.accuracy, steps.seconds, strict=True
        ):
            if step > self._mirror.steps_sent:
                yield self._metric("batch/loss", loss, seconds, step)
                yield self._metric("batch/accuracy", accuracy, seconds, step)

    def _metric(self, name: str, value: float, seconds: float, step: int) -> Any:
        """Return a value with a time that is the same whenever it is sent: MLflow keeps equal ones once."""
        from mlflow.entities import Metric

        moment = self._start + (seconds if seconds == seconds else 0.0)
        return Metric(name, float(value), int(1000 * moment), step)

    def _results(self) -> list[Any]:
        results, progress = self._run.results, self._run.progress
        values = {"training_seconds": progress.seconds, "images_per_second": progress.images_per_second}
        if results is not None:
            kept = self._run.spec.kept_epoch
            values |= {name.format(kept=kept): getattr(results, field) for name, field in RESULTS.items()}
        step = results.best_epoch if results else 0
        return [self._metric(name, value, progress.seconds, step) for name, value in values.items()]

    def _send_artifacts(self, remote_id: str) -> None:
        self._send_file(remote_id, SPEC, self._run.spec_json.encode())
        for name in self._store.artifact_names(self._run.id):
            content = self._store.artifact(self._run.id, name)
            if content is not None:
                self._send_file(remote_id, name, content)

    def _send_file(self, remote_id: str, name: str, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(name).name
            path.write_bytes(content)
            self._client.log_artifact(remote_id, str(path))
        self._hold()

    def _send_status(self, remote: Any) -> None:
        """Say how the run goes by now; the last thing that is sent of a run that has ended."""
        remote_id, ended = remote.info.run_id, self._run.ended_at
        status = STATUSES.get(self._run.status, "RUNNING") if ended else "RUNNING"
        if (remote.info.status, remote.info.run_name) != (status, self._run.name):
            self._client.update_run(remote_id, None if ended else status, self._run.name)
        if ended:
            self._client.set_terminated(remote_id, status, int(1000 * ended))

    def _log(self, remote_id: str, metrics: Any = (), params: Any = (), tags: Any = ()) -> None:
        for part in _parts(metrics, MOST_METRICS):
            self._client.log_batch(remote_id, metrics=part)
            self._hold()
        if params or tags:
            self._client.log_batch(remote_id, params=params, tags=tags)


def _tags(run: Run) -> dict[str, str]:
    values = {
        "status": run.status,
        "message": run.message,
        "tags": ", ".join(run.tags),
        "preset": run.preset or "",
        "note": "written here" if run.note else "",
        "group_id": run.group_id or "",
        "data": run.data.get("name", ""),
        "data_fingerprint": run.data.get("fingerprint", ""),
    }
    values |= {f"environment.{key}": value for key, value in run.environment.items()}
    return {f"digits.{key}": str(value)[:LONGEST_VALUE] for key, value in values.items()}


def _page(uri: str, experiment: str, remote_id: str) -> str | None:
    """Return where a browser finds a run; only a server has pages, a database or folder has none."""
    if not uri.startswith("http"):
        return None
    return f"{without_password(uri).rstrip('/')}/#/experiments/{experiment}/runs/{remote_id}"


def _parts(values: Any, size: int) -> Iterator[Any]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _client(uri: str) -> Any:
    """Return MLflow's client, which does not hang, print or report home."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for name in ("mlflow", "urllib3.connectionpool"):
        logging.getLogger(name).setLevel(logging.ERROR)  # what fails is told by us, once
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri)


@contextmanager
def _plain_errors(uri: str) -> Iterator[None]:
    """Turn any failure of MLflow inside the block into a MirrorError of one sentence."""
    try:
        yield
    except UserError:
        raise
    except ImportError as error:
        raise MirrorError(
            f"MLFLOW_TRACKING_URI is set, but MLflow cannot be imported ({error}): "
            "install it with pip install -r requirements-mlflow.txt."
        ) from error
    except (_mlflow_exception(), SQLAlchemyError, OSError, ValueError, LookupError) as error:
        where = without_password(uri)
        raise MirrorError(f"The MLflow server at {where} cannot be used: {reason(error)}.") from error


def _mlflow_exception() -> type[Exception]:
    from mlflow.exceptions import MlflowException

    kind: type[Exception] = MlflowException
    return kind
