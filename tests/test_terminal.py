"""`python -m core`: what is interrupted in a process of its own, as users run it; all else in this one."""

import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from core.analysis.predictions import Predictions
from core.data import mnist
from core.home import PROJECT
from core.inference.loading import known_lines
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs import tables
from core.runs.artifacts import TEST
from core.runs.status import Command
from core.runs.store import RunStore, open_store
from core.terminal.interrupts import stop_on_interrupt
from core.terminal.main import main
from tests.patience import until
from tests.test_data_drawing import png, written

Done = subprocess.CompletedProcess[str]


def spawned(*arguments: str | Path) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,  # a busy machine is no failure
    )


def core(*arguments: str | Path) -> Done:
    """Run a command in this process: starting one takes a second, seconds with Keras."""
    out, err = io.StringIO(), io.StringIO()
    words = list(map(str, arguments))
    with redirect_stdout(out), redirect_stderr(err):
        return Done(words, main(words), out.getvalue(), err.getvalue())


def refused(*arguments: str | Path) -> str:
    """Return the one line with which a command is refused."""
    result = core(*arguments)
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line]
    assert result.returncode == 1, result
    assert len(lines) == 1, lines
    return lines[0]


def write_csv(path: Path, count: int) -> Path:
    pool = mnist.training()
    rows = np.column_stack([pool.labels[:count], pool.images[:count].reshape(count, -1)])
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    np.savetxt(path, rows, "%d", ",", header=header, comments="")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], str]:
    """A run trained in the terminal: its home, what `train --json` printed, and its JSON spec's path."""
    home = tmp_path_factory.mktemp("home")
    spec = home / "tiny net.json"
    values = {
        "layers": [{"kind": "flatten"}, {"kind": "dense", "units": 16}],
        "data": {"images": 5000},
        "epochs": 9,
    }
    spec.write_text(json.dumps(values))
    os.environ["DIGITS_HOME"] = str(home)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    result = core("train", "--spec", spec, "--epochs", "2", "--train-size", "1000", "--seed", "7", "--json")
    for number, handler in before.items():
        signal.signal(number, handler)
    assert result.returncode == 0, result.stderr
    return str(home), json.loads(result.stdout), str(spec)


@pytest.fixture(autouse=True)
def same_home(trained: tuple[str, dict[str, Any], str], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_HOME", trained[0])


def test_train_prints_one_json_object_with_the_results(trained: tuple[str, dict[str, Any], str]) -> None:
    _, printed, _ = trained
    assert printed["status"] == "finished"
    assert (printed["epochs"], printed["name"]) == (2, "tiny net")
    wanted = {
        "run_id",
        "val_loss",
        "val_accuracy",
        "test_loss",
        "test_accuracy",
        "images_per_second",
        "seconds",
    }
    assert all(printed[key] for key in wanted)


def test_the_run_is_in_the_store_as_the_dashboard_reads_it(trained: tuple[str, dict[str, Any], str]) -> None:
    run = open_store().get(trained[1]["run_id"])
    assert (run.spec.seed, run.spec.data.images, run.spec.epochs) == (7, 1000, 2)
    assert run.results is not None
    assert run.results.val_accuracy == trained[1]["val_accuracy"]


@pytest.mark.slow
def test_the_same_seed_in_another_process_gives_the_same_numbers(
    trained: tuple[str, dict[str, Any], str],
) -> None:
    _, printed, spec = trained
    arguments = ("train", "--spec", spec, "--epochs", "2", "--train-size", "1000", "--seed", "7", "--json")
    again = json.loads(spawned(*arguments).stdout)
    keys = ("val_loss", "val_accuracy", "test_loss", "test_accuracy")
    assert [again[key] for key in keys] == [printed[key] for key in keys]


def test_runs_lists_it_for_people_and_as_json(trained: tuple[str, dict[str, Any], str]) -> None:
    run_id = trained[1]["run_id"]
    assert run_id in core("runs").stdout
    listed = json.loads(core("runs", "--json").stdout)
    assert trained[1] in listed


def test_evaluate_adds_up(trained: tuple[str, dict[str, Any], str]) -> None:
    value = json.loads(core("evaluate", trained[1]["run_id"], "--json").stdout)
    matrix = np.array(value["confusion_matrix"])
    assert matrix.sum() == 100
    assert np.trace(matrix) / 100 == pytest.approx(trained[1]["val_accuracy"])
    assert value["classification_report"]["accuracy"]["f1-score"] == pytest.approx(trained[1]["val_accuracy"])
    assert len(value["top_errors"]) == min(6, 100 - int(np.trace(matrix)))
    assert "macro avg" in core("evaluate", trained[1]["run_id"]).stdout


def test_presets_lists_all_of_them() -> None:
    listed = json.loads(core("presets", "--json").stdout)
    assert [row["name"] for row in listed] == list(PRESETS)
    assert "4conv2d-bn-rmsprop" in core("presets").stdout


def test_a_kaggle_file_is_checked_and_trained_on(tmp_path: Path, signals: None) -> None:
    path = write_csv(tmp_path / "train.csv", 300)
    packed = tmp_path / "train.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    result = core("check-data", packed)
    assert result.returncode == 0
    assert "300 labelled images" in result.stdout
    assert "Read with" not in result.stdout
    spec = tmp_path / "s.json"
    spec.write_text('{"layers": [{"kind": "flatten"}], "epochs": 1}')
    printed = json.loads(core("train", "--spec", spec, "--data", packed, "--json").stdout)
    run = open_store().get(printed["run_id"])
    assert run.data["name"] == "train.csv.gz"
    assert run.data["training images"] == 270


def test_check_data_names_line_and_column_in_one_line(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "train.csv", 20)
    lines = path.read_text().splitlines()
    cells = lines[6].split(",")
    cells[100] = "300"
    lines[6] = ",".join(cells)
    path.write_text("\n".join(lines))
    sentence = refused("check-data", path)
    assert "line 7" in sentence
    assert "pixel99" in sentence
    assert "300" in sentence


def test_the_terminal_says_how_a_file_in_another_dialect_was_read(
    tmp_path: Path, trained: tuple[str, dict[str, Any], str]
) -> None:
    path = write_csv(tmp_path / "train.csv", 20)
    path.write_text(path.read_text().replace(",", ";").replace("label", "Label"))
    how = "Read with semicolons between the values; the first column (Label) holds the label."
    assert core("check-data", path).stdout.splitlines()[0].endswith(f"8: 1, 9: 2). {how}")
    result = core("train", "--data", path, "--train-size", "19000")
    assert result.stderr.splitlines()[0] == f"train.csv: {how}"
    assert "19,000 images are asked for" in result.stderr
    images = write_test_csv(tmp_path / "test.csv", 3, 3, "\t".join(f"pixel{i}" for i in range(784)))
    images.write_text(images.read_text().replace(",", "\t"))
    result = core("predict", trained[1]["run_id"], "--data", images)
    assert result.stderr == "test.csv: Read with tabs between the values.\n"
    assert result.stdout.count("\n") == 4


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("train", "--preset", "nope"), "quick-start"),
        (("train", "--epochs", "0"), "epochs"),
        (("train", "--train-size", "1"), "images"),
        (("train", "--train-size", "70000"), "60,000"),
        (("train", "--seed", "-1"), "seed"),
        (("train", "--spec", "/no/such/file.json"), "/no/such/file.json"),
        (("train", "--spec", PROJECT), "is a folder or a device, expected a configuration"),
        (("train", "--spec", os.devnull), "is a folder or a device, expected a configuration"),
        (("train", "--spec", "x" * 300), "cannot be read"),
        (("train", "--data", "/no/such/file.csv"), "/no/such/file.csv"),
        (("evaluate", "nope"), "nope"),
        (("check-data", "/no/such/file.csv"), "/no/such/file.csv"),
    ],
)
def test_a_wrong_option_is_one_sentence_that_names_it(arguments: tuple[str, ...], named: str) -> None:
    assert named in refused(*arguments)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"layers": []}', "no layer"),
        ('{"layers": [{"kind": "flatten"}], "epoch": 3}', "“epoch”"),
        ('{"layers": [{"kind": "flatten"}], "optimizer": {"kind": "sgd", "learning_rate": NaN}}', "finite"),
        (
            '{"layers": [{"kind": "max_pooling2d", "pool_size": 7}, {"kind": "max_pooling2d", "pool_size": 5}]}',  # noqa: E501
            "1×1",
        ),
    ],
)
def test_a_bad_configuration_is_one_sentence(text: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(text)
    assert named in refused("train", "--spec", path)


def test_control_c_stops_and_keeps_what_was_learned(small_spec: RunSpec, tmp_path: Path) -> None:
    path = tmp_path / "endless.json"
    path.write_text(small_spec.model_copy(update={"epochs": 500}).to_json())
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "train", "--spec", path, "--json"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    store = open_store()
    until(lambda: any(run.name == "endless" and store.history(run.id).epochs for run in store.runs()))
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=240)
    printed = json.loads(out)
    assert (process.returncode, printed["status"]) == (0, "stopped")
    assert re.findall(known_lines(), said, re.MULTILINE) == []
    assert printed["val_accuracy"] is not None


def test_control_c_waits_for_what_the_run_is_writing(
    store: RunStore, small_spec: RunSpec, signals: None
) -> None:
    run = store.create(small_spec, "writing")
    stop_on_interrupt(store, run.id)
    with store._begin() as connection:
        connection.execute(tables.runs.update().values(name="written"))
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.2)
    until(lambda: store.command(run.id) is Command.STOP)
    assert store.get(run.id).name == "written"


@pytest.mark.parametrize("home", ["/dev/null", "/dev/null/below", "~nobody-of-this-name/x"])
def test_a_home_that_is_no_folder_is_one_sentence(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_HOME", home)
    assert "DIGITS_HOME" in refused("runs")


def test_a_home_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "a?b#c%41 ü"
    monkeypatch.setenv("DIGITS_HOME", str(home))
    assert core("runs").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == [home.name]
    assert (home / "runs.sqlite").exists()


def test_a_refusal_is_json_too_where_json_was_asked_for() -> None:
    result = core("train", "--epochs", "0", "--json")
    assert result.returncode == 1
    assert "epochs" in json.loads(result.stdout)["error"]


def test_a_reader_that_goes_away_costs_no_traceback() -> None:
    command = f"{sys.executable} -m core presets | head -c 10"
    result = subprocess.run(["bash", "-c", command], cwd=PROJECT, capture_output=True, text=True, timeout=240)
    assert "Traceback" not in result.stderr


def test_the_readme_shows_every_command() -> None:
    readme = (PROJECT / "README.md").read_text()
    for command in (
        *("presets", "train", "runs", "evaluate", "predict", "export"),
        *("mlflow", "stop", "delete", "check-data"),
    ):
        assert f"python -m core {command}" in readme


def write_test_csv(path: Path, distinct: int, count: int, header: str | None = None) -> Path:
    """Write the first images of MNIST's test set over and over, as Kaggle's test.csv."""
    rows = [",".join(map(str, image.ravel())) for image in mnist.test().images[:distinct]]
    lines = [header or ",".join(f"pixel{i}" for i in range(784))]
    path.write_text("\n".join(lines + [rows[place % distinct] for place in range(count)]), encoding="utf-8")
    return path


def test_predict_writes_a_submission_and_says_what_to_expect(
    trained: tuple[str, dict[str, Any], str], tmp_path: Path
) -> None:
    run_id, out = trained[1]["run_id"], tmp_path / "out.csv"
    data = write_test_csv(tmp_path / "test.csv", 40, 28_000)
    result = core("predict", run_id, "--data", data, "--submission", out, "--json")
    assert result.returncode == 0, result.stderr
    printed = json.loads(result.stdout)
    assert printed["expected_score"] == pytest.approx(trained[1]["val_accuracy"])
    low, high = proportion_confint(round(100 * printed["expected_score"]), 100, method="wilson")
    assert printed["interval"] == pytest.approx([low, high])
    assert (printed["in_training"], printed["in_mnist"], printed["measured_images"]) == (0, 28_000, 100)
    lines = out.read_text().splitlines()
    assert (lines[0], len(lines), lines[-1].split(",")[0]) == ("ImageId,Label", 28_001, "28000")
    kept = Predictions.from_bytes(open_store().artifact(run_id, TEST) or b"")
    assert [int(line.split(",")[1]) for line in lines[1:41]] == list(kept.predicted[:40])


def test_the_digits_of_a_photo_are_told_with_their_ink_which_can_be_said(
    trained: tuple[str, dict[str, Any], str], tmp_path: Path
) -> None:
    run_id, photo = trained[1]["run_id"], tmp_path / "both.png"
    half = written([0, 1], shaded=False)[:320, :400]
    photo.write_bytes(png(np.hstack([half, 1 - half])))
    unsure = core("predict", run_id, "--image", photo, "--json")
    assert {row["ink"] for row in json.loads(unsure.stdout)} == {"dark", "light"}
    assert unsure.stderr.endswith("both readings are shown. Say --ink dark or --ink light.\n")
    assert " ink  tiny net: " in core("predict", run_id, "--image", photo).stdout
    for ink in ("dark", "light"):
        said = core("predict", run_id, "--image", photo, "--ink", ink, "--contrast", "1.2", "--json")
        rows = json.loads(said.stdout)
        assert {row["ink"] for row in rows} == {ink}
        assert set(rows[0]["box"]) == {"top", "left", "height", "width"}
        assert sum(rows[0]["runs"][0]["probabilities"]) == pytest.approx(1, abs=1e-4)
        assert said.stderr == ""


def test_export_writes_each_format_and_a_folder_gets_the_usual_name(
    trained: tuple[str, dict[str, Any], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = trained[1]["run_id"]
    begins = {"py": b'"""Train', "ipynb": b"{", "keras": b"PK", "zip": b"PK", "html": b"<!doctype html>"}
    for form, begin in begins.items():
        path = tmp_path / f"it.{form}"
        assert main(["export", run_id, "--format", form, "--to", str(path)]) == 0
        assert path.read_bytes().startswith(begin)
    assert main(["export", run_id, "--format", "py", "--to", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / f"tiny-net-{run_id}.py")


def test_what_predict_and_export_cannot_do_is_one_sentence(
    trained: tuple[str, dict[str, Any], str],
    small_spec: RunSpec,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_id, modelless = trained[1]["run_id"], open_store().create(small_spec, "never trained").id
    labelled = write_csv(tmp_path / "labelled.csv", 3)
    names = [f"pixel{i}" for i in range(784) if i != 300]
    lacking = write_test_csv(tmp_path / "lacking.csv", 1, 1, ",".join(names))
    short = write_test_csv(tmp_path / "short.csv", 3, 3)
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(written([0])))
    away, out = tmp_path / "no" / "x", tmp_path / "out.csv"
    for arguments, named in (
        (("predict", run_id, "--data", labelled, "--submission", out), "has a column label"),
        (("predict", run_id, "--data", lacking, "--submission", out), "lacks the column pixel300"),
        (("predict", run_id, "--data", short, "--submission", out), "is 3, expected 28,000"),
        (("predict", run_id, "--data", short, "--submission", away), "there is no folder"),
        (("predict", run_id, "--data", short, "--submission", tmp_path), "is a folder"),
        (("predict", run_id, "nope", "--data", short, "--submission", out), "There is no run"),
        (("predict", modelless, "--data", short, "--submission", out), "is not there"),
        (("predict", run_id, "--data", away, "--submission", out), "There is no file"),
        (("predict", run_id, "--image", away, "--submission", out), "--submission goes with --data"),
        (("predict", run_id, "--image", away, "--json"), "There is no file"),
        (("predict", run_id, "--image", short), "short.csv is text, no picture"),
        (("predict", run_id, "--image", photo, "--contrast", "9"), "Expected a contrast of 0.3 to 3, got 9"),
        (("predict", run_id, "--data", short, "--ink", "dark"), "--ink and --contrast go with --image"),
        (("export", "nope", "--format", "py", "--to", out), "There is no run"),
        (("export", run_id, "--format", "py", "--to", away), "there is no folder"),
        (("export", run_id, "--format", "py", "--to", tmp_path / ("x" * 300)), "cannot be written"),
        (("predict", run_id, "--data", short, "--submission", "x" * 300), "cannot be written"),
        (("export", modelless, "--format", "keras", "--to", out), "is not there"),
        (("export", modelless, "--format", "zip", "--to", out), "wait until it has ended"),
    ):
        assert main([str(argument) for argument in arguments]) == 1, arguments
        (line,) = capsys.readouterr().err.splitlines()
        assert named in line
    assert not out.exists()
    for arguments in (("predict", run_id), ("export", run_id, "--format", "exe", "--to", out)):
        with pytest.raises(SystemExit, match="2"):
            main([str(argument) for argument in arguments])


def test_the_terminal_may_stop_and_delete_any_run(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.create(small_spec, "somebody's", owner="somebody")
    assert core("stop", run.id).returncode == 0
    assert store.get(run.id).status == "stopped"
    assert core("delete", run.id).returncode == 0
    assert run.id not in [other.id for other in store.runs()]
    assert "There is no run" in refused("stop", run.id)
    assert "There is no run" in refused("delete", "nope")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_list_for_which_the_disk_has_no_room_is_one_sentence(unbuffered: str) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "core", "presets"],
            cwd=PROJECT,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (1, "The disk is full: free some space and try again.\n")
