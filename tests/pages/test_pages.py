"""The pages as scripts: what they show, what the widgets do, and that bad input costs one sentence."""

import io
import os
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.data import mnist
from core.home import PROJECT
from core.model import layers as L
from core.model.layers import LAYER_NAMES
from core.model.optimizers import Nesterov
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore, open_store
from core.training.capacity import SETTING
from pages.results.inside.network import VIEWS
from pages.shared.run_picker import ONE
from pages.shared.visitor import visitor
from pages.train.settings_editor import OPEN
from tests.patience import until

NAVIGATION = str(PROJECT / "pages" / "navigation.py")


def page(name: str = "", **query: str) -> AppTest:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params.update(query)
    if name:
        test.switch_page(name)
    test.run()
    assert not test.exception
    return test


def opened(test: AppTest, popover: str) -> AppTest:
    """Open what draws itself only then."""
    test.session_state[popover] = True
    test.run()
    assert not test.exception
    return test


def add_layer(test: AppTest, kind: str) -> None:
    (button,) = [button for button in test.button if button.label == LAYER_NAMES[kind]]
    button.click().run()


def texts(test: AppTest) -> str:
    elements = (
        *test.title,
        *test.markdown,
        *test.caption,
        *test.info,
        *test.warning,
        *test.error,
        *test.success,
    )
    return "\n".join(str(element.value) for element in elements)


def saved(store: RunStore, spec: RunSpec, name: str) -> str:
    """Save a finished run with curves but without predictions."""
    run = store.create(spec, name, holder="nobody's worker")
    epochs = [EpochPoint(n, 10 * n, 0.5 / n, 0.9, 0.4 / n, 0.9 + n / 100, 0.001, float(n)) for n in (1, 2)]
    store.record(run.id, Progress("training", 2, 10, 10), [StepPoint(1, 2.0, 0.1, 0.1)], epochs)
    store.end(run.id, RunStatus.FINISHED, results=Results(2, 0.2, 0.92, 100, 0.21, 0.91, 10_000))
    return run.id


def test_the_first_page_opens_on_the_quick_start_with_its_cost_and_one_button() -> None:
    test = page()
    assert test.selectbox[0].value == "quick-start"
    assert [button.label for button in test.button if button.label == "Train"] == ["Train"]
    assert "in total 46,730 parameters" in texts(test)
    assert "1 · Conv2D** → 24×24×16" in texts(test)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fills_the_editor_with_exactly_its_spec(name: str) -> None:
    test = page()
    test.selectbox[0].set_value(name).run()
    assert not test.exception
    assert test.session_state["draft"].spec() == PRESETS[name].spec
    assert not test.error


def test_layers_can_be_added_moved_changed_and_removed() -> None:
    test = page()
    draft = test.session_state["draft"]
    first = draft.layers[0]["uid"]
    add_layer(test, "dropout")
    assert test.session_state["draft"].layers[-1]["kind"] == "dropout"
    test.button(key=f"{draft.version}.{first}.arrow_downward").click().run()
    assert [layer.kind for layer in test.session_state["draft"].spec().layers[:2]] == [
        "max_pooling2d",
        "conv2d",
    ]
    test.number_input(key=f"{draft.version}.{first}.filters").set_value(7).run()
    test.selectbox(key=f"{draft.version}.{first}.activation").set_value("leaky_relu").run()
    test.number_input(key=f"{draft.version}.{first}.negative_slope").set_value(0.2).run()
    kernel = {"kernel_size": 5, "padding": "valid"}
    expected = L.Conv2D(filters=7, **kernel, activation="leaky_relu", negative_slope=0.2)
    assert test.session_state["draft"].spec().layers[1] == expected
    test.button(key=f"{draft.version}.{first}.delete").click().run()
    assert first not in [layer["uid"] for layer in test.session_state["draft"].layers]
    assert not test.exception


def test_what_is_rarely_changed_stands_behind_more_and_only_where_it_means_something() -> None:
    test = page()
    draft = test.session_state["draft"]
    uid = draft.layers[0]["uid"]
    first = f"{draft.version}.{uid}"
    assert f"{first}.strides" not in {widget.key for widget in test.selectbox}
    opened(test, f"{uid}.more")
    test.selectbox(key=f"{first}.strides").set_value(2).run()
    test.selectbox(key=f"{first}.initial_weights").set_value("he").run()
    rare = {f"{first}.{name}" for name in ("batch_norm_momentum", "batch_norm_epsilon", "use_bias")}
    assert not rare & {widget.key for widget in (*test.number_input, *test.toggle)}
    test.selectbox(key=f"{first}.batch_norm").set_value("before").run()
    test.number_input(key=f"{first}.batch_norm_momentum").set_value(0.9).run()
    test.number_input(key=f"{first}.batch_norm_epsilon").set_value(0.01).run()
    test.toggle(key=f"{first}.use_bias").set_value(False).run()
    wanted = {"strides": 2, "initial_weights": "he", "batch_norm": "before", "use_bias": False}
    wanted |= {"batch_norm_momentum": 0.9, "batch_norm_epsilon": 0.01}
    made = test.session_state["draft"].spec().layers[0].model_dump()
    assert {name: made[name] for name in wanted} == wanted
    assert not test.exception
    test.number_input(key=f"{first}.batch_norm_momentum").set_value(1.5).run()
    assert "layer 1 (Conv2D), “batch\\_norm\\_momentum”" in test.error[0].value


def test_a_residual_block_unfolds() -> None:
    test = page()
    draft = test.session_state["draft"]
    add_layer(test, "residual")
    uid = test.session_state["draft"].layers[-1]["uid"]
    for _ in range(5):  # behind the first pooling
        test.button(key=f"{draft.version}.{uid}.arrow_upward").click().run()
    assert not test.error
    inside = "\n".join(str(caption.value) for caption in test.caption)
    for row in (
        "Conv2D 1 → 12×12×32 · 4,640",
        "Conv2D 2 → 12×12×32 · 9,248",
        "1×1 of the input → 12×12×32 · 544",
    ):
        assert row in inside


def test_a_stack_that_cannot_work_is_one_sentence_and_train_is_off() -> None:
    test = page()
    draft = test.session_state["draft"]
    flatten = next(layer["uid"] for layer in draft.layers if layer["kind"] == "flatten")
    test.button(key=f"{draft.version}.{flatten}.delete").click().run()
    sentences = [error.value for error in test.error]  # beside the button and at the layer
    assert len(sentences) == 2
    assert len(set(sentences)) == 1
    assert "needs a vector" in sentences[0]
    assert "1 · Conv2D** → 24×24×16" in texts(test)  # what works still shows its cost
    assert next(button for button in test.button if button.label == "Train").disabled


@pytest.mark.parametrize("rate", [0.0, -1.0, 1e9])
def test_a_learning_rate_out_of_range_is_one_sentence_and_nothing_else_is_lost(rate: float) -> None:
    test = page()
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}..epochs").set_value(7).run()
    test.number_input(key=f"{draft.version}.adam.learning_rate").set_value(rate).run()
    (error,) = test.error
    assert r"learning\_rate" in error.value  # as Markdown shows it plainly
    test.number_input(key=f"{draft.version}.adam.learning_rate").set_value(0.5).run()
    assert not test.error
    spec = test.session_state["draft"].spec()
    assert (spec.epochs, spec.optimizer.learning_rate) == (7, 0.5)


def test_another_optimizer_starts_from_its_own_defaults() -> None:
    test = page()
    draft = test.session_state["draft"]
    test.selectbox(key=f"{draft.version}.optimizer.kind").set_value("nesterov").run()
    assert f"{draft.version}.nesterov.momentum" not in {widget.key for widget in test.number_input}
    opened(test, OPEN)
    test.number_input(key=f"{draft.version}.nesterov.momentum").set_value(0.8).run()
    test.selectbox(key=f"{draft.version}.schedule.kind").set_value("one_cycle").run()
    test.number_input(key=f"{draft.version}.early stopping.patience").set_value(4).run()
    assert not test.exception
    spec = test.session_state["draft"].spec()
    assert spec.optimizer.model_dump() == Nesterov(momentum=0.8).model_dump()
    assert spec.schedule.kind == "one_cycle"
    assert spec.early_stopping is not None
    assert spec.early_stopping.patience == 4


def test_the_draft_outlives_a_change_of_page() -> None:
    test = page()
    draft = test.session_state["draft"]
    test.number_input(key=f"{draft.version}..epochs").set_value(3).run()
    test.switch_page("runs/page.py").run()
    test.switch_page("train/page.py").run()
    assert test.number_input(key=f"{draft.version}..epochs").value == 3
    assert test.session_state["draft"].spec().epochs == 3


@pytest.mark.slow
def test_train_starts_a_run_that_ends_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "1")
    test = page()
    draft = test.session_state["draft"]
    for key, value in ((f"{draft.version}..epochs", 1), (f"{draft.version}..images", 500)):
        test.number_input(key=key).set_value(value).run()
    next(button for button in test.button if button.label == "Train").click().run()
    assert not test.exception
    run_id = next(iter(open_store().runs())).id
    assert run_id in test.query_params["run"]
    until(lambda: not open_store().get(run_id).is_live)
    run = open_store().get(run_id)
    assert (run.status, run.name) == (RunStatus.FINISHED, "Quick start, changed")

    results = page("results/page.py", run=run_id)
    assert {"Validation accuracy", "Test accuracy", "Validation loss", "Test loss"} <= {
        metric.label for metric in results.metric
    }
    assert "Top 6 errors" in texts(results)
    assert len(results.table) == 1  # the report
    results.button_group[2].set_value("Column %").run()
    results.button_group[1].set_value("test").run()
    assert not results.exception
    _looks_inside(run_id)


def _looks_inside(run_id: str) -> None:
    """Draw every other part of a really trained run's results."""
    cell = page("results/page.py", run=run_id, true="4", read="4")
    assert "of a 4, read as 4" in texts(cell)
    mistakes = page("results/page.py", run=run_id)
    worst = next(button for button in mistakes.button if str(button.key).startswith("confused."))
    _, true, read = str(worst.key).split(".")
    worst.click().run()
    assert f"of a {true}, read as {read}" in texts(mistakes)
    assert any(said.value.startswith(f"**{true} → {read}**  \n{read}: ") for said in mistakes.caption)
    epochs = page("results/page.py", run=run_id, part="Epoch by epoch")
    right = round(open_store().get(run_id).results.val_accuracy * 50)  # type: ignore[union-attr]
    assert f"{right} of 50 validation images right" in texts(epochs)
    assert "Expected calibration error" in texts(page("results/page.py", run=run_id, part="Confidence"))
    for view in VIEWS:
        shown = page("results/page.py", run=run_id, part="Inside", look=view)
        assert not shown.error
        assert any(told in texts(shown) for told in ("What to see", "a hint, no proof")), view
    assert len(page("results/page.py", run=run_id, part="Settings").table) == 3
    assert "95% intervals" in texts(page("results/page.py", run=run_id, part="Robustness", disturbed="noise"))
    leave = page("results/page.py", run=run_id, part="Confidence", on="Test images")
    next(button for button in leave.button if button.label == "Train this, changed").click().run()
    assert not leave.exception
    assert leave.session_state["draft"].spec().epochs == 1


@pytest.mark.parametrize("name", ["results/page.py", "runs/page.py", "compare/page.py"])
def test_pages_without_any_run_say_what_to_do(name: str) -> None:
    assert "train one first" in texts(page(name)) or "at least two runs" in texts(page(name))


@pytest.mark.parametrize("name", ["train/page.py", "results/page.py"])
@pytest.mark.parametrize("run_id", ["nope", "x" * 5000, "<b>'; drop table runs", "🙂"])
def test_a_link_to_a_run_that_does_not_exist_is_one_sentence(name: str, run_id: str) -> None:
    test = page(name, run=run_id)
    assert "There is no run" in texts(test)


def test_a_link_that_was_cut_shows_no_other_run_but_offers_the_choice(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "another")
    test = page("results/page.py", run=run_id[:-1])
    assert "There is no run" in texts(test)
    assert "another" not in texts(test)
    test.selectbox(key=ONE).select_index(0).run()
    assert not test.exception
    assert "another" in texts(test)
    assert "There is no run" not in texts(test)
    assert "".join(test.query_params["run"]) == run_id


def test_runs_can_be_filtered_by_text_and_status(small_spec: RunSpec) -> None:
    store = open_store()
    saved(store, small_spec, "alpha")
    store.set_tags(saved(store, small_spec, "beta"), ["lesson"])
    test = page("runs/page.py")
    assert list(test.dataframe[0].value["name"]) == ["beta", "alpha"]
    test.text_input[0].set_value("LESSON").run()
    assert list(test.dataframe[0].value["name"]) == ["beta"]
    test.text_input[0].set_value("").run()
    assert "Only runs of" not in texts(test)
    test.multiselect[0].set_value(["failed"]).run()
    assert "Of two runs here none passes these filters" in texts(test)
    assert "Only runs of: status failed" in texts(test)


def test_accuracies_in_the_table_have_their_intervals(small_spec: RunSpec) -> None:
    saved(open_store(), small_spec, "net")
    (row,) = page("runs/page.py").dataframe[0].value.to_dict("records")
    assert (row["val accuracy"], row["its 95% interval"]) == (92.0, "85.00 – 95.89%")


def test_a_run_named_like_markup_is_shown_as_it_is(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "**a** [x](http://y) $z$")
    assert r"\*\*a\*\* \[x\](http\::color[\/]/y) \$z\$" in texts(page("results/page.py", run=run_id))


def test_an_unreadable_store_is_one_sentence_on_every_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    (home / "runs.sqlite").write_bytes(b"this is no database" * 100)
    for name in ("train/page.py", "results/page.py", "runs/page.py", "sweep/page.py", "compare/page.py"):
        assert "no SQLite database" in texts(page(name))


def test_the_watched_run_stays_with_its_session_until_it_is_closed(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec.model_copy(update={"epochs": 7}), "mine")
    saved(open_store(), small_spec, "newer")
    test = page("train/page.py", run=run_id)
    assert test.session_state["draft"].spec().epochs == 7  # the editor opens on what the link shows
    test.query_params.clear()
    test.switch_page("results/page.py").run()
    assert test.selectbox[0].value == run_id
    test.query_params.clear()
    test.switch_page("train/page.py").run()
    assert "#### mine" in texts(test)
    next(button for button in test.button if button.label == "Close").click().run()
    assert "#### mine" not in texts(test)
    assert "run" not in test.query_params


def test_who_comes_back_or_opens_a_second_tab_is_led_to_the_run_that_goes_on(
    small_spec: RunSpec,
) -> None:
    store = open_store()
    store.create(small_spec, "somebody else's", owner="another")
    assert not [button for button in page().button if button.key == "going-on"]
    run = store.create(small_spec, "mine", owner=visitor())
    test = page()
    assert test.button(key="going-on").label == "“mine” is scheduled: watch it"
    test.button(key="going-on").click().run()
    assert test.query_params["run"] == run.id
    assert "#### mine" in texts(test)
    assert not [button for button in test.button if button.key == "going-on"]


def test_a_stopped_run_that_is_still_to_be_measured_does_not_start(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.create(small_spec, "mine")
    assert store.claim_next("worker", {})
    store.record(
        run.id, Progress("training", 2, 1, 10), [], [EpochPoint(1, 9, 0.5, 0.9, 0.4, 0.9, 0.001, 1.0)]
    )
    store.ask(run.id, Command.STOP)
    assert store.take_back("worker") == 1
    shown = texts(page("results/page.py", run=run.id))
    assert "What it had learned is measured in a moment" in shown
    assert "Starting" not in shown


def test_a_saved_run_can_be_trained_again_changed(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    test = page("results/page.py", run=run_id)
    next(button for button in test.button if button.label == "Train this, changed").click().run()
    assert not test.exception
    assert test.session_state["draft"].spec() == small_spec


def test_a_file_in_the_data_folder_is_offered_read_and_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.shared.pools.DROP_FOLDER", tmp_path)
    training, test_set = mnist.training(), mnist.test()
    images = np.concatenate([training.images[:300], test_set.images[:20]]).reshape(320, -1)
    labels = np.concatenate([training.labels[:300], test_set.labels[:20]])
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    table = np.column_stack([labels, images])
    np.savetxt(tmp_path / "train.csv", table, "%d", ",", header=header, comments="")
    test = page()
    next(button for button in test.button if button.label == "Use data/train.csv").click().run()
    assert not test.exception
    assert "300 images to train and validate on. 20 more are also in MNIST's test set" in texts(test)
    spec = test.session_state["draft"].spec()
    assert (spec.data.images, spec.data.source[:4]) == (300, "csv-")
    assert not test.error

    test.selectbox[0].set_value("best-single").run()
    other = test.session_state["draft"]
    assert other.spec() == PRESETS["best-single"].spec.drawn_from(spec.data.source, 300)
    assert other.name(other.spec()) == "Best single network so far, own images"
    assert not test.error
    test.selectbox[0].set_value("quick-start").run()
    assert test.session_state["draft"].spec() == spec
    (source,) = [choice for choice in test.selectbox if choice.label == "Source"]
    source.set_value("mnist").run()
    (images,) = [number for number in test.number_input if number.label == "Images"]
    images.set_value(5_000).run()
    (source,) = [choice for choice in test.selectbox if choice.label == "Source"]
    source.set_value(spec.data.source).run()
    assert test.session_state["draft"].spec() == spec
    assert not test.error

    odd = os.fsdecode(b"\xfc\n" if sys.platform == "linux" else b"odd")
    (tmp_path / odd).mkdir()  # a name in no encoding, as zips made on Windows have them
    (tmp_path / odd / "train.csv").write_text("nothing", encoding="utf-8")
    test.run()
    (other,) = [b for b in test.button if b.label.startswith("Use data/") and b.label != "Use data/train.csv"]
    other.click().run()
    assert not test.exception
    assert "train.csv is no CSV file of digits" in "".join(error.value for error in test.error)

    zipped = tmp_path / "digit-recognizer (1).zip"
    with ZipFile(zipped, "w", ZIP_DEFLATED) as archive:
        archive.writestr("sample_submission.csv", "ImageId,Label\n1,0\n")
        archive.writestr("train.csv", (tmp_path / "train.csv").read_text().replace(",", ";"))
    test.run()
    next(button for button in test.button if "Use data/digit-recognizer" in button.label).click().run()
    how = "From the archive train.csv was taken (also in it: sample_submission.csv); read with semicolons"
    assert how in texts(test).replace("\\", "")
    assert test.session_state["draft"].spec() == spec

    (tmp_path / "train.csv").write_text(header + "\n")
    next(button for button in test.button if button.label == "Use data/train.csv").click().run()
    assert any("no rows" in error.value for error in test.error)
    assert test.session_state["draft"].spec() == spec


def test_a_zip_of_pictures_in_folders_is_offered_read_and_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.shared.pools.DROP_FOLDER", tmp_path)
    with ZipFile(tmp_path / "digits.zip", "w") as archive:
        for folder, digits in (("training", mnist.training()), ("testing", mnist.test())):
            for at in range(30):
                picture = io.BytesIO()
                Image.fromarray(digits.images[at]).save(picture, "PNG")
                archive.writestr(f"{folder}/{digits.labels[at]}/{at}.png", picture.getvalue())
    test = page()
    next(button for button in test.button if button.label == "Use data/digits.zip").click().run()
    assert not test.exception
    assert not test.error
    assert "30 images to train and validate on." in texts(test)
    assert "from the archive training was taken, testing stayed in it." in texts(test)
    assert test.session_state["draft"].spec().data.images == 30


@pytest.mark.parametrize(("name", "key"), [("results", "part"), ("draw", "from"), ("data", "part")])
def test_a_link_that_leaves_a_choice_empty_shows_what_comes_first(
    small_spec: RunSpec, name: str, key: str
) -> None:
    saved(open_store(), small_spec, "mine")
    test = page(f"{name}/page.py", **{key: ""})
    choice = next(one for one in test.button_group if one.key == key)
    assert choice.value == choice.options[0]
    assert texts(test) == texts(page(f"{name}/page.py"))
