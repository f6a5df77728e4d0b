"""Draw and Kaggle as scripts: real networks answer photographs and files; what is wrong is one sentence."""

import io
from hashlib import sha256

import keras
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.intervals import wilson
from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.canvas import SIDE
from core.data.kaggle import PIXELS
from core.model.augmentations import Augmentation
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, VALIDATION
from core.runs.store import open_store
from pages.draw import drawing
from pages.draw.reading import said
from tests.pages.test_exports import links
from tests.pages.test_pages import page, saved, texts
from tests.test_data_drawing import png, written


@pytest.fixture
def network(small_spec: RunSpec) -> str:
    """A run with an untrained network that answered 100 validation images, 92 of them right."""
    keras.utils.set_random_seed(5)
    run_id = saved(open_store(), small_spec, "mine")
    open_store().put_artifact(run_id, MODEL, model_bytes(build_model(small_spec.layers)))
    labels = mnist.training().labels[:100]
    said = np.eye(10, dtype=np.float32)[np.where(np.arange(100) < 92, labels, (labels + 1) % 10)]
    open_store().put_artifact(run_id, VALIDATION, Predictions(np.arange(100), labels, said).to_bytes())
    return run_id


def upload(test: AppTest, name: str, content: bytes) -> AppTest:
    test.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert not test.exception
    return test


def kaggle_file(rows: int, header: list[str] = PIXELS) -> bytes:
    """Return test images of MNIST as Kaggle's test.csv, repeated until there are so many rows."""
    lines = [",".join(map(str, image.ravel()[: len(header)])) for image in mnist.test().images[:7]]
    return "\n".join([",".join(header), *(lines[row % 7] for row in range(rows))]).encode()


@pytest.mark.parametrize("name", ["draw/page.py", "kaggle/page.py"])
def test_without_a_network_the_page_says_to_train_one(name: str) -> None:
    assert "train one first" in texts(page(name))


def test_a_photograph_is_read_by_every_network_chosen(network: str, small_spec: RunSpec) -> None:
    gone = saved(open_store(), small_spec, "without a model")
    drawn = page("draw/page.py", **{"from": "Photo or scan", "by": f"{network},{gone}"})
    test = upload(drawn, "note.png", png(written([0, 1, 2])))
    assert "Three digits found" in texts(test)
    table = test.dataframe[0].value
    assert list(table["digit"]) == ["#1", "#2", "#3"]
    assert list(table.columns) == ["digit", "mine"]
    assert f"The model of run {gone} is not there" in texts(test)
    assert len(test.warning) == 1


def test_networks_of_the_same_name_are_told_apart(network: str, small_spec: RunSpec) -> None:
    twin = saved(open_store(), small_spec, "mine")
    open_store().put_artifact(twin, MODEL, model_bytes(build_model(small_spec.layers)))
    test = upload(page("draw/page.py", **{"from": "Photo or scan"}), "note.png", png(written([0])))
    assert set(test.dataframe[0].value.columns) == {"digit", "mine · #1", "mine · #2"}


def test_what_a_drawing_was_read_as_is_one_line(small_spec: RunSpec) -> None:
    runs = [open_store().get(saved(open_store(), small_spec, name)) for name in ("a", "b", "c")]
    read = {run.id: np.eye(10, dtype=np.float32)[[digit]] for run, digit in zip(runs, (8, 3, 3), strict=True)}
    assert said(runs, read) == "Read as **3** by b and c, **8** by a"
    assert said(runs[1:], {run.id: read[run.id] for run in runs[1:]}) == "Read as **3** by all 2 networks"
    assert said(runs, {runs[0].id: read[runs[0].id]}) == "Read as **8**"


def test_a_network_that_reads_another_digit_than_was_meant_says_why_not_that_one(
    network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[20:120, 65:75] = 1
    monkeypatch.setattr(drawing, "canvas", lambda key, version: ink)  # which needs a browser
    test = page("draw/page.py", by=network)
    (read,) = (metric.value for metric in test.metric if metric.label == "reads")
    for meant in (int(read), (int(read) + 1) % 10):
        test.button_group(key="draw.label.0").set_value(meant).run()
        assert not test.exception
        assert ("Hiding the most orange spot" in texts(test)) == (meant != int(read))
    assert f"raises p({meant})" in texts(test)


def test_a_damaged_model_takes_no_other_run_out_of_the_comparison(network: str, small_spec: RunSpec) -> None:
    augmented = small_spec.model_copy(update={"augmentation": Augmentation(rotation=10)})
    broken = saved(open_store(), augmented, "broken")
    open_store().put_artifact(broken, MODEL, b"no model")
    test = page("results/page.py", run=broken, part="Robustness")
    (error,) = test.error
    assert f"The model of run {broken} is no zip file or a damaged one" in error.value
    assert list(test.dataframe[0].value.columns) == ["rotation (degrees)", "mine"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (png(np.ones((300, 300))), "Nothing is written here"),
        (b"this is a text file", "note.png"),
        (png(written([0, 1]))[:9000], "note.png"),
    ],
    ids=["white", "text", "cut off"],
)
def test_a_photograph_without_digits_is_one_sentence(network: str, content: bytes, sentence: str) -> None:
    test = upload(page("draw/page.py", **{"from": "Photo or scan"}), "note.png", content)
    (error,) = test.error
    assert sentence in error.value
    assert not test.dataframe


def test_where_it_is_unsure_which_is_the_ink_both_readings_are_shown_until_it_is_said(network: str) -> None:
    half = written([0, 1], shaded=False)[:320, :400]
    test = page("draw/page.py", **{"from": "Photo or scan"})
    test = upload(test, "note.png", png(np.hstack([half, 1 - half])))
    assert "cannot be told for sure here: both readings are shown. Say above which is right" in texts(test)
    assert len(test.dataframe) == 2
    ink = next(group for group in test.button_group if group.label == "Ink is")
    ink.set_value("light").run()
    assert not test.exception
    assert len(test.dataframe) == 1


def test_kept_drawings_are_a_test_set(network: str) -> None:
    images = mnist.test().images[:3]
    for image, label in zip(images, (7, 2, 1), strict=True):
        open_store().keep_drawing(image, label, sha256(b"somebody").hexdigest()[:32])
    open_store().keep_drawing(images[0], 7, "somebody else")
    keras.utils.set_random_seed(5)
    model = build_model(open_store().get(network).spec.layers)
    said = model.predict(images[..., None] / np.float32(255), verbose=0).argmax(axis=1)
    wrong = [f"#{n + 1}: {label} read as {said[n]}" for n, label in enumerate((7, 2, 1)) if said[n] != label]
    row = page("draw/page.py").dataframe[0].value.iloc[0]
    assert (row["network"], row["mistakes"]) == ("mine", ", ".join(wrong))


def test_a_submission_is_made_checked_and_said_to_be_worth_what_it_is(network: str) -> None:
    test = upload(page("kaggle/page.py"), "test.csv", kaggle_file(28_000))
    low, high = wilson(0.92, 100)
    assert f"**{low:.4f} – {high:.4f}**, measured on 100 validation images" in texts(test)
    assert "None of the test images is among those" in texts(test)
    assert "All of these 28,000 images are among MNIST" in texts(test)
    next(button for button in test.button if button.label == "Make submission.csv").click().run(timeout=240)
    assert not test.exception
    assert "28,000 rows, ids 1 to 28000" in texts(test)
    made = test.session_state["kaggle.made"].probabilities
    images = mnist.test().images[:7, ..., None] / np.float32(255)
    keras.utils.set_random_seed(5)
    wanted = build_model(open_store().get(network).spec.layers).predict(images, verbose=0)
    np.testing.assert_allclose(made[:7], wanted, atol=1e-5)
    assert [link.rpartition("/")[2] for link in links(test)] == ["script", "notebook", "model", "tflite"]


def test_images_that_were_trained_on_make_no_score(network: str) -> None:
    rows = pd.DataFrame(mnist.training().images[:28_000].reshape(28_000, -1), columns=PIXELS)
    content = io.BytesIO()
    rows.to_csv(content, sep=";", index_label="ImageId")
    test = upload(page("kaggle/page.py"), "test.csv", content.getvalue())
    how = "Read with semicolons between the values; the first column (ImageId), an index, was left out."
    assert f"test.csv: 28,000 images. {how}" in texts(test).replace("\\", "")
    (error,) = test.error
    assert "A score made that way is no score" in error.value


@pytest.mark.parametrize(
    ("rows", "header", "sentence"),
    [
        (3, PIXELS, "is 3, expected 28,000"),
        (3, ["label", *PIXELS], "column label"),
        (3, PIXELS[:-1], "lacks the column pixel783"),
    ],
    ids=["short", "labelled", "lacking"],
)
def test_another_file_is_one_sentence(network: str, rows: int, header: list[str], sentence: str) -> None:
    test = upload(page("kaggle/page.py"), "test.csv", kaggle_file(rows, header))
    (error,) = test.error
    assert sentence in error.value
    assert not [button for button in test.button if button.label == "Make submission.csv"]


def test_a_run_whose_model_is_gone_is_one_sentence(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    test = upload(page("kaggle/page.py", nets=f"{run_id},nope"), "test.csv", kaggle_file(28_000))
    assert "There is no run" in texts(test)
    assert "kept no predictions" in texts(test)
    next(button for button in test.button if button.label == "Make submission.csv").click().run()
    assert not test.exception
    assert f"The model of run {run_id} is not there" in texts(test)
