"""Runs in MLflow: its own server in a process, read back through its own client."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.prepare import normalise
from core.model.describe import describe
from core.model.optimizers import SGD
from core.model.specs import RunSpec
from core.notes import LONGEST_NOTE
from core.runs import courier as courier_module
from core.runs import mirrors
from core.runs.artifacts import MODEL, TEST, VALIDATION
from core.runs.courier import Courier
from core.runs.mirrors import MirrorError
from core.runs.mlflow_mirror import send
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore, open_store
from core.runs.watch import GAP
from core.terminal import main as terminal
from core.training import engine
from core.training.answers import predict
from core.training.job import run_job
from core.training.launcher import Launcher
from tests.clocks import Clocks
from tests.patience import until
from tests.ports import free_port

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten what is waited for, in this process."""
    monkeypatch.setattr(courier_module, "ROUND", 0.2)
    monkeypatch.setattr(mirrors, "LONGEST_WAIT", 1.0)


class TrackingServer:
    """`mlflow server` with a database and artifacts of its own, which pass through it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "mlflow", "server", "--port", str(self.port), "--workers", "1"]
        command += ["--backend-store-uri", f"sqlite:///{self.folder / 'mlflow.db'}"]
        command += ["--artifacts-destination", str(self.folder / "artifacts")]
        settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True
            )
        until(self.answers)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.uri}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def copies(self, run_id: str, experiment: str = "digits") -> list[Any]:
        """Return what MLflow has of a run; nothing if the server is away."""
        from mlflow import MlflowClient

        client = MlflowClient(self.uri)
        found = client.get_experiment_by_name(experiment)
        which = f"tags.`digits.run_id` = '{run_id}'"
        return list(client.search_runs([found.experiment_id], which)) if found else []

    def copy(self, run_id: str) -> Any:
        (found,) = self.copies(run_id)
        return found

    def history(self, remote_id: str, metric: str) -> list[tuple[int, float]]:
        from mlflow import MlflowClient

        points = MlflowClient(self.uri).get_metric_history(remote_id, metric)
        return [(point.step, point.value) for point in sorted(points, key=lambda point: point.step)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    """A server that is away until a test starts it."""
    server = TrackingServer(tmp_path_factory.mktemp("mlflow"))
    yield server
    server.stop()


@pytest.fixture
def away(server: TrackingServer, monkeypatch: pytest.MonkeyPatch) -> TrackingServer:
    server.stop()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    return server


@pytest.fixture
def tracking(server: TrackingServer, monkeypatch: pytest.MonkeyPatch) -> TrackingServer:
    if not server.answers():
        server.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    return server


@pytest.fixture
def courier(store: RunStore) -> Iterator[Courier]:
    courier = Courier(lambda: store)
    yield courier
    courier.close(seconds=20)


def ended(store: RunStore, spec: RunSpec, epochs: int = 3, steps: int = 30) -> str:
    """Save a run that has ended, without training it."""
    run = store.create(spec, "ended")
    store.claim(run.id, {"keras": "3"})
    batches = [StepPoint(n, 1 / n, n / steps, n / 10) for n in range(1, steps + 1)]
    per = steps // epochs
    points = [
        EpochPoint(n, n * per, 1 / n, 0.5, 2 / n, 0.6, 0.01, n * per / 10) for n in range(1, epochs + 1)
    ]
    store.record(run.id, Progress("training", epochs, per, per, 100.0, steps / 10), batches, points)
    store.put_artifact(run.id, MODEL, b"the model")
    store.end(run.id, RunStatus.FINISHED)
    return run.id


@pytest.mark.usefixtures("signals")
def test_a_training_in_the_terminal_outlives_a_server_that_is_away_and_is_sent_later(
    away: TrackingServer, small_spec: RunSpec, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.json"
    path.write_text(small_spec.to_json())
    assert terminal.main(["train", "--spec", str(path), "--json"]) == 0
    printed = capsys.readouterr()
    run = json.loads(printed.out)
    assert run["status"] == "finished"
    sentence = f"Not in MLflow yet, it will be sent later. The MLflow server at {away.uri} cannot be used"
    assert printed.err == f"{sentence}: it does not answer.\n"
    away.start()
    courier = Courier(open_store)  # as in any worker that starts later
    until(lambda: (sent := open_store().mirror(run["run_id"])) and sent.done_at)
    courier.close(seconds=20)
    copy = away.copy(run["run_id"])
    assert copy.info.status == "FINISHED"
    assert copy.data.metrics["test_accuracy"] == run["test_accuracy"]
    assert [step for step, _ in away.history(copy.info.run_id, "val_loss")] == [1, 2]


def test_a_trained_run_is_in_mlflow_with_parameters_curves_results_and_model(
    tracking: TrackingServer, store: RunStore, courier: Courier, small_spec: RunSpec, tmp_path: Path
) -> None:
    from mlflow import MlflowClient

    small_spec = small_spec.model_copy(update={"kept_epoch": "last"})
    run = store.create(small_spec, "my network", "quick-start")
    store.set_tags(run.id, ["one", "two"])
    run_job(store, run.id)
    assert courier.deliver(run.id, 30) is None
    run, copy = store.get(run.id), tracking.copy(run.id)
    assert run.results is not None
    assert (copy.info.status, copy.info.run_name) == ("FINISHED", "my network")
    assert copy.info.start_time / 1000 == pytest.approx(run.started_at, abs=0.01)
    assert copy.info.end_time / 1000 == pytest.approx(run.ended_at, abs=0.01)
    assert copy.data.params == describe(small_spec) | {"parameters": str(run.parameters)}
    tags = copy.data.tags
    assert (tags["digits.tags"], tags["digits.preset"]) == ("one, two", "quick-start")
    assert tags["digits.data_fingerprint"] == run.data["fingerprint"]
    assert tags["digits.environment.keras"] == keras.__version__
    assert copy.data.metrics["test_accuracy"] == run.results.test_accuracy
    assert copy.data.metrics["last_val_loss"] == run.results.val_loss
    assert copy.data.metrics["last_epoch"] == small_spec.epochs

    history = store.history(run.id)
    for metric in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"):
        wanted = [(point.epoch, getattr(point, metric)) for point in history.epochs]
        assert tracking.history(copy.info.run_id, metric) == wanted, metric
    batches = list(zip(history.steps.step.tolist(), history.steps.loss.tolist(), strict=True))
    assert len(batches) == 20
    assert set(tracking.history(copy.info.run_id, "batch/loss")) <= set(batches)

    client = MlflowClient(tracking.uri)
    names = {file.path for file in client.list_artifacts(copy.info.run_id)}
    assert {"spec.json", MODEL, VALIDATION, TEST} <= names
    downloaded = client.download_artifacts(copy.info.run_id, MODEL, str(tmp_path))
    tested = Predictions.from_bytes(store.artifact(run.id, TEST) or b"")
    images = normalise(mnist.test().images[:100])[..., None]
    again = predict(keras.saving.load_model(downloaded), images)
    np.testing.assert_allclose(again, tested.probabilities[:100], atol=1e-6)
    stored = client.download_artifacts(copy.info.run_id, "spec.json", str(tmp_path))
    assert RunSpec.model_validate_json(Path(stored).read_text(encoding="utf-8")) == small_spec


def test_the_curves_grow_there_while_it_trains_and_a_stop_shows(
    tracking: TrackingServer, store: RunStore, courier: Courier, small_spec: RunSpec
) -> None:
    run = store.create(small_spec.model_copy(update={"epochs": 500}), "long")
    worker = threading.Thread(target=run_job, args=(store, run.id))
    worker.start()
    until(lambda: any("val_loss" in copy.data.metrics for copy in tracking.copies(run.id)))
    live = tracking.copy(run.id)
    assert store.get(run.id).is_live
    assert (live.info.status, live.data.tags["digits.status"]) == ("RUNNING", "running")
    store.ask(run.id, Command.STOP)
    worker.join()
    assert courier.deliver(run.id, 30) is None
    copy = tracking.copy(run.id)
    assert copy.info.run_id == live.info.run_id
    assert (copy.info.status, copy.data.tags["digits.status"]) == ("KILLED", "stopped")
    wanted = [(point.epoch, point.val_loss) for point in store.history(run.id).epochs]
    assert tracking.history(copy.info.run_id, "val_loss") == wanted


def test_a_diverged_run_has_failed_there_and_keeps_what_is_no_number(
    tracking: TrackingServer, store: RunStore, courier: Courier, small_spec: RunSpec
) -> None:
    run_id = ended(store, small_spec.model_copy(update={"optimizer": SGD(learning_rate=10.0)}))
    store.record(run_id, Progress(), [], [EpochPoint(4, 40, math.nan, 0.1, math.inf, 0.1, 10.0, 4.0)])
    store.end(run_id, RunStatus.DIVERGED, "The loss is no number.")
    assert courier.deliver(run_id, 30) is None
    copy = tracking.copy(run_id)
    assert (copy.info.status, copy.data.tags["digits.message"]) == ("FAILED", "The loss is no number.")
    assert math.isnan(tracking.history(copy.info.run_id, "loss")[-1][1])


def test_sending_again_changes_only_what_has_changed(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec
) -> None:
    run_id = ended(store, small_spec, epochs=300, steps=1500)
    for name in ("first", "second"):
        store.rename(run_id, name)
        store.want_mirrors([run_id], tracking.uri)
        mirror = send(store, run_id, "me")
        assert mirror is not None
        assert mirror.done_at is not None
    copy = tracking.copy(run_id)
    assert (copy.info.run_id, copy.info.run_name) == (mirror.remote_id, "second")
    assert len(tracking.history(copy.info.run_id, "val_loss")) == 300
    assert len(tracking.history(copy.info.run_id, "test_accuracy")) == 0
    assert len(tracking.history(copy.info.run_id, "training_seconds")) == 1


def dying_after(steps: int) -> Callable[..., bool]:
    """Return a `RunStore.hold_mirror` whose caller ends, as if killed, when it is called once more."""
    left, hold = iter(range(steps)), RunStore.hold_mirror

    def dying(store: RunStore, run_id: str, sender: str, **values: Any) -> bool:
        if next(left, None) is None:
            raise SystemExit  # nothing of ours catches it
        return hold(store, run_id, sender, **values)

    return dying


def test_names_arrive_as_people_typed_them(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "first")
    store.end(run.id, RunStatus.STOPPED)
    for name in ("می‌خواهم", "👨‍👩‍👧‍👦 **b**", "\u202e=1", "None", "x" * 200):
        store.rename(run.id, name)
        store.set_tags(run.id, [name])
        store.want_mirrors([run.id], tracking.uri)
        send(store, run.id, "me")
        copy = tracking.copy(run.id)
        assert (copy.info.run_name, copy.data.tags["digits.tags"]) == (name, name[:40])


def test_a_note_is_the_description_there_and_one_written_there_is_left_alone(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec
) -> None:
    from mlflow import MlflowClient
    from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

    run = store.create(small_spec, "first")
    store.end(run.id, RunStatus.STOPPED)

    def sent(note: str) -> Any:
        store.set_note(run.id, note)
        store.want_mirrors([run.id], tracking.uri)
        send(store, run.id, "me")
        return tracking.copy(run.id).data.tags.get(MLFLOW_RUN_NOTE)

    assert sent("") is None
    longest = "**ü** " + "x" * (LONGEST_NOTE - 6)
    assert sent(longest) == longest
    assert sent("") == ""
    MlflowClient(tracking.uri).set_tag(
        tracking.copy(run.id).info.run_id, MLFLOW_RUN_NOTE, "written in MLflow"
    )
    assert sent("") == "written in MLflow"


@pytest.mark.parametrize("steps", range(1, 9, 2))
def test_a_sender_that_dies_at_any_step_leaves_one_complete_copy_to_the_next(
    steps: int,
    tracking: TrackingServer,
    store: RunStore,
    small_spec: RunSpec,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], tracking.uri)
    with monkeypatch.context() as patch:
        patch.setattr(RunStore, "hold_mirror", dying_after(steps))
        with pytest.raises(SystemExit):
            send(store, run_id, "the first")
    clocks = Clocks(ahead=time.time() - Clocks().time)
    other = clocks.store(store.url)
    for _ in clocks.steps(mirrors.LEASE):
        assert send(other, run_id, "the next") is None  # still held by the first
        clocks.wait(GAP)
    assert other.due_mirrors(tracking.uri) == [run_id]
    assert send(other, run_id, "the next") is not None
    copy = tracking.copy(run_id)
    assert copy.info.status == "FINISHED"
    assert tracking.history(copy.info.run_id, "val_loss") == [(1, 2.0), (2, 1.0), (3, 2 / 3)]
    assert len(tracking.history(copy.info.run_id, "batch/loss")) == 30
    assert len(tracking.history(copy.info.run_id, "training_seconds")) == 1


def test_two_senders_at_once_make_one_copy_of_each_run(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec
) -> None:
    ids = [ended(store, small_spec) for _ in range(4)]
    store.want_mirrors(ids, tracking.uri)
    couriers = [Courier(lambda: RunStore(store.url)) for _ in range(2)]
    until(lambda: all(mirror.done_at for mirror in store.mirrors(ids).values()))
    for courier in couriers:
        courier.close(seconds=20)
    assert [len(tracking.copies(run_id)) for run_id in ids] == [1] * 4


def test_a_run_deleted_in_mlflow_is_made_anew_when_sent_again(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec
) -> None:
    from mlflow import MlflowClient

    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], tracking.uri)
    first = send(store, run_id, "me")
    assert first is not None
    MlflowClient(tracking.uri).delete_run(first.remote_id)
    store.want_mirrors([run_id], tracking.uri)
    assert send(store, run_id, "me") is not None
    assert tracking.copy(run_id).info.run_id != first.remote_id
    assert len(tracking.history(tracking.copy(run_id).info.run_id, "val_loss")) == 3


def test_a_deleted_experiment_is_said_and_what_waited_is_sent_once_it_is_restored(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "once deleted")
    client = MlflowClient(tracking.uri)
    experiment = client.create_experiment("once deleted")
    ids = [ended(store, small_spec) for _ in range(2)]
    store.want_mirrors(ids[:1], tracking.uri)
    assert send(store, ids[0], "me") is not None
    client.delete_experiment(experiment)
    store.want_mirrors(ids, tracking.uri)
    sentence = (
        "The experiment “once deleted” was deleted in MLflow: restore it there, or set "
        "MLFLOW_EXPERIMENT_NAME to another name."
    )
    for run_id in ids:
        with pytest.raises(MirrorError, match="was deleted in MLflow"):
            send(store, run_id, "me")
    assert store.mirror_problem(tracking.uri) == (2, sentence)
    client.restore_experiment(experiment)
    courier = Courier(lambda: RunStore(store.url))
    until(lambda: all(mirror.done_at for mirror in store.mirrors(ids).values()))
    courier.close(seconds=20)
    assert store.mirror_problem(tracking.uri) is None
    assert [len(tracking.copies(run_id, "once deleted")) for run_id in ids] == [1, 1]


@pytest.fixture
def stranger() -> Iterator[ThreadingHTTPServer]:
    """A server that answers every request with its `answer`: status, type, body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = self.server.answer  # type: ignore[attr-defined]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


REFUSALS = [
    ("http", (401, "text/html", "<h1>Unauthorized</h1>"), "wants to know who asks"),
    ("http", (401, "application/json", '{"error_code": "UNAUTHENTICATED", "message": "x"}'), "wants to know"),
    ("http", (403, "text/plain", "Forbidden"), "does not allow this user"),
    ("http", (403, "application/json", '{"error_code": "PERMISSION_DENIED", "message": "x"}'), "not allow"),
    ("http", (403, "text/plain", "Invalid Host header - possible DNS rebinding attack"), "--allowed-hosts"),
    ("http", (404, "text/html", "<h1>Not Found</h1>"), "no MLflow is at this address"),
    ("http", (404, "application/json", '{"detail": "Not Found"}'), "no MLflow is at this address"),
    ("http", (302, "text/html", ""), "leads to another address"),
    ("http", (503, "text/plain", "busy"), "an error of its own"),
    ("http", (200, "text/html", "<h1>Sign in</h1>"), "something else than MLflow"),
    ("https", (200, "text/html", ""), "does not speak https"),
]


@pytest.mark.parametrize(("scheme", "answer", "named"), REFUSALS)
def test_a_server_that_refuses_is_one_plain_sentence_and_the_run_waits(
    scheme: str,
    answer: tuple[int, str, str],
    named: str,
    stranger: ThreadingHTTPServer,
    store: RunStore,
    small_spec: RunSpec,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger.answer = answer  # type: ignore[attr-defined]
    uri = f"{scheme}://127.0.0.1:{stranger.server_port}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], uri)
    with pytest.raises(MirrorError, match=named) as caught:
        send(store, run_id, "me")
    sentence = str(caught.value)
    assert sentence.startswith(f"The MLflow server at {uri} cannot be used: ")
    assert not any(technical in sentence for technical in ("\n", "<", "API request", "Exception"))
    assert store.mirror_problem(uri) == (1, sentence)


def test_the_experiment_may_be_chosen(
    tracking: TrackingServer, store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "my class")
    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], tracking.uri)
    send(store, run_id, "me")
    assert len(tracking.copies(run_id, "my class")) == 1


def test_the_terminal_sends_saved_runs_and_says_where_they_are(
    tracking: TrackingServer, small_spec: RunSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store()
    ids = [ended(store, small_spec) for _ in range(2)]
    assert terminal.main(["mlflow", *ids, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["run_id"], row["complete"]) for row in rows] == [(run_id, True) for run_id in ids]
    assert [row["mlflow_run_id"] for row in rows] == [tracking.copy(run_id).info.run_id for run_id in ids]
    assert terminal.main(["mlflow", ids[0]]) == 0
    assert rows[0]["page"] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("", "MLFLOW_TRACKING_URI is not set"),
        ("http://me:secret@127.0.0.1:1", "http://127.0.0.1:1 cannot be used: it does not answer"),
        ("http://[", "http://["),
        ("nonsense://x", "nonsense"),
        ("sqlite:////dev/null/x.db", "/dev/null"),
    ],
)
def test_a_server_that_is_not_there_is_one_sentence(
    uri: str,
    named: str,
    small_spec: RunSpec,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    run_id = ended(open_store(), small_spec)
    assert terminal.main(["mlflow", run_id, "--json"]) == 1
    printed = capsys.readouterr()
    assert named in json.loads(printed.out)["error"]
    assert len(printed.err.splitlines()) == 1
    assert "secret" not in printed.out + printed.err


def worker_of_little_patience() -> None:
    mirrors.LEASE = 2.0
    engine._start_worker()


def impatient_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=worker_of_little_patience)


@pytest.mark.slow
def test_a_worker_killed_while_it_trains_and_sends_leaves_the_rest_to_the_next(
    tracking: TrackingServer, small_spec: RunSpec
) -> None:
    store = open_store()
    launcher = Launcher(store, impatient_pool)
    run = launcher.launch(small_spec.model_copy(update={"epochs": 500}), "killed")
    until(lambda: any("val_loss" in copy.data.metrics for copy in tracking.copies(run.id)))
    launcher.close()  # kills it
    store.interrupt(run.id)
    courier = Courier(open_store)
    assert courier.deliver(run.id, 30) is None
    courier.close(seconds=20)
    copy = tracking.copy(run.id)
    assert (copy.info.status, copy.data.tags["digits.status"]) == ("KILLED", "interrupted")
    wanted = [(point.epoch, point.val_loss) for point in store.history(run.id).epochs]
    assert tracking.history(copy.info.run_id, "val_loss") == wanted


@pytest.mark.slow
def test_a_server_that_never_answers_does_not_slow_the_training(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{silent.getsockname()[1]}")
        run = store.create(small_spec, "x")
        courier = Courier(lambda: store)
        run_job(store, run.id)
        assert store.get(run.id).status is RunStatus.FINISHED
        assert "long" in (courier.deliver(run.id, seconds=0.5) or "")
        courier.close()


def test_without_the_package_the_log_says_so_once(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "mlflow", None)
    ids = [ended(store, small_spec) for _ in range(2)]
    store.want_mirrors(ids, "http://127.0.0.1:1")
    courier = Courier(lambda: store)
    until(lambda: all(mirror.failures for mirror in store.mirrors(ids).values()))
    courier.close(seconds=5)
    lines = [line for line in caplog.messages if "requirements-mlflow.txt" in line]
    assert len(lines) == 1


@pytest.mark.parametrize("uri", ["", "http://127.0.0.1:1"])
def test_a_run_is_wanted_as_soon_as_a_worker_takes_it_where_a_server_is_set(
    uri: str, store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    data = small_spec.data.model_copy(update={"source": "csv-0123456789abcdef"})  # so that it ends at once
    run = store.create(small_spec.model_copy(update={"data": data}), "x")
    assert store.mirror(run.id) is None
    run_job(store, run.id)
    assert store.get(run.id).status is RunStatus.FAILED
    assert (store.mirror(run.id) is not None) == bool(uri)


def test_a_run_removed_for_good_is_wanted_no_more(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], "http://x")
    assert store.due_mirrors("http://x") == [run_id]
    store.delete([run_id])
    assert store.due_mirrors("http://x") == []
    store.hold_mirror(run_id, "me", remote_id="abc")
    store.fail_mirror(run_id, "me", "It is away.")
    assert store.due_mirrors("http://x") == []  # not so soon
    store.want_mirrors([run_id], "http://x")
    assert store.due_mirrors("http://x") == [run_id]  # MLflow still has to hear how it ended
    monkeypatch.setattr("core.runs.store.AT_LEAST_DELETED", 0)
    store.purge(0)
    assert store.mirror(run_id) is None


def test_a_run_taken_for_interrupted_that_lives_again_is_due_again(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "x")
    store.claim(run.id, {})
    store.want_mirrors([run.id], "http://x")
    store.interrupt(run.id)
    assert store.hold_mirror(run.id, "me")
    mirror = store.mirror(run.id)
    assert mirror is not None
    store.end_mirror(run.id, "me", mirror.wanted_at, done=True)
    assert store.due_mirrors("http://x") == []
    store.beat(run.id)
    assert store.due_mirrors("http://x") == [run.id]


def test_another_server_gets_a_copy_of_its_own(store: RunStore, small_spec: RunSpec) -> None:
    run_id = ended(store, small_spec)
    store.want_mirrors([run_id], "http://me:secret@old")
    store.hold_mirror(run_id, "me", remote_id="abc", epochs_sent=3)
    store.want_mirrors([run_id], "http://new")
    mirror = store.mirror(run_id)
    assert mirror is not None
    assert (mirror.address, mirror.remote_id, mirror.epochs_sent) == ("http://new", None, 0)
    assert (store.due_mirrors("http://old"), store.due_mirrors("http://new")) == ([], [run_id])


def draw_actions() -> None:
    from core.runs.store import open_store
    from pages.runs.mlflow import problem_line
    from pages.runs.table import actions

    problem_line()
    actions(open_store().runs())


def test_the_page_sends_runs_and_says_how_far_they_are(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    store = open_store()
    ids = [ended(store, small_spec) for _ in range(3)]
    page = AppTest.from_function(draw_actions, default_timeout=240).run()
    (button,) = [button for button in page.button if button.label == "Send to MLflow"]
    button.click()
    page.run()
    assert "3 waiting to be sent to MLflow" in page.caption[-1].value
    assert not page.warning
    store.hold_mirror(ids[0], "me", remote_id="abc")
    store.end_mirror(ids[0], "me", (store.mirrors(ids)[ids[0]]).wanted_at, done=True)
    store.hold_mirror(ids[1], "me", remote_id="abd")
    store.hold_mirror(ids[2], "me")
    store.fail_mirror(ids[2], "me", "It is away.")
    page.run()
    counts = page.caption[-1].value
    assert all(words in counts for words in ("1 in MLflow", "1 being sent", "1 waiting"))
    (problem,) = (warning.value for warning in page.warning)
    assert problem == "It is away. 2 runs wait and will be sent once that is mended, without your doing."
    store.delete([ids[1]])
    assert store.mirror_problem("http://127.0.0.1:1") == (1, "It is away.")
    store.delete([ids[2]])
    assert store.mirror_problem("http://127.0.0.1:1") is None
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    page.run()
    assert not [button for button in page.button if button.label == "Send to MLflow"]
