"""Uploads that are not what they seem are mended by a click; small ones work wherever they can."""

import io
from pathlib import Path

import numpy as np
import pytest

from core.data import mnist
from core.data.dataset import Dataset
from core.data.kaggle import COLUMNS
from core.model.link import to_link
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec
from core.runs.pools import add_pool, load_pool
from core.runs.records import DatasetRecord
from core.runs.store import open_store
from core.terminal.data import checked, read_pool
from pages.shared.test_file import CHOSEN, TestFile
from tests.pages.test_pages import page, saved, texts

POOL = mnist.training()
TURNED = Dataset("mine.csv", np.ascontiguousarray(255 - POOL.images[:200].swapaxes(1, 2)), POOL.labels[:200])


def drawing_from(record: DatasetRecord, images: int) -> str:
    """Return a link to the quick start on images of an upload."""
    data = Data(source=record.fingerprint, images=images)
    return to_link(PRESETS["quick-start"].spec.model_copy(update={"data": data}))


def test_a_click_keeps_the_mended_images_beside_the_others() -> None:
    record = add_pool(open_store(), TURNED)
    test = page("data/page.py", pool=record.fingerprint)
    (warning,) = test.warning
    assert "black on white" in warning.value
    assert "transposed" in warning.value
    test.button(key=f"mend.{record.fingerprint}").click().run()
    assert not test.exception
    assert not test.warning
    chosen = "".join(test.query_params["pool"])
    kept = {one.fingerprint: one.name for one in open_store().datasets()}
    assert kept == {
        record.fingerprint: "mine.csv",
        chosen: "mine.csv, made white on black, transposed back",
    }
    np.testing.assert_array_equal(load_pool(open_store(), chosen).images, POOL.images[:200])


def test_the_train_page_draws_from_the_mended_images_and_trains_on_others_if_told_so() -> None:
    record = add_pool(open_store(), TURNED)
    test = page(spec=drawing_from(record, 200))
    assert "transposed" in texts(test)
    test.button(key=f"leave.{record.fingerprint}").click().run()
    assert "transposed" not in texts(test)
    del test.session_state["looks.left"]
    test.run()
    test.button(key=f"mend.{record.fingerprint}").click().run()
    assert not test.exception
    data = test.session_state["draft"].spec().data
    assert data.source != record.fingerprint
    assert data.images == 200


def test_a_test_file_that_lies_on_its_side_is_set_upright(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    test = page("kaggle/page.py", nets=run_id)
    images = mnist.test().images[:500]
    turned = np.ascontiguousarray(np.rot90(images, 1, axes=(1, 2)))
    test.session_state[CHOSEN] = TestFile("test.csv", turned, "of turned ones", 0, "")
    test.run()
    assert "turned a quarter to the left" in texts(test)
    test.button(key="mend.of turned ones").click().run()
    assert not test.exception
    assert "turned a quarter" not in texts(test)
    mended = test.session_state[CHOSEN]
    assert (mended.name, mended.public) == ("test.csv, turned upright", 500)
    np.testing.assert_array_equal(mended.images, images)


def test_own_images_on_the_data_page_lead_on_to_the_train_page_with_the_network_of_its_editor() -> None:
    record = add_pool(open_store(), TURNED)
    test = page("data/page.py", pool=record.fingerprint)
    next(button for button in test.button if button.label == "Train on these images").click().run()
    assert not test.exception
    spec = test.session_state["draft"].spec()
    assert spec == PRESETS["quick-start"].spec.drawn_from(record.fingerprint, 200)
    assert "200 images of mine.csv are chosen." in texts(test)


def test_the_kaggle_page_chooses_a_network_of_own_images_before_one_that_learned_mnist(
    small_spec: RunSpec,
) -> None:
    record = add_pool(open_store(), Dataset("train.csv", POOL.images[:200], POOL.labels[:200]))
    own = saved(open_store(), small_spec.drawn_from(record.fingerprint, 200), "own images")
    saved(open_store(), small_spec, "newer, of MNIST")
    networks = next(box for box in page("kaggle/page.py").multiselect if box.label == "Networks")
    assert networks.value == [own]


def test_a_network_that_was_trained_on_the_test_is_opened_on_kaggles_own_images(
    small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.shared.pools.DROP_FOLDER", tmp_path)
    table = np.column_stack([POOL.labels[:200], POOL.images[:200].reshape(200, -1)])
    np.savetxt(tmp_path / "train.csv", table, "%d", ",", header=",".join(COLUMNS), comments="")
    run_id = saved(open_store(), small_spec, "mine")
    test = page("kaggle/page.py", nets=run_id)
    test.session_state[CHOSEN] = TestFile("test.csv", POOL.images[:6_000], "of many", 0, "")
    test.run()
    assert "A score made that way is no score" in texts(test)
    test.button(key="retrain.train.csv").click().run()
    assert not test.exception
    spec = test.session_state["draft"].spec()
    assert spec == small_spec.drawn_from(spec.data.source, 200)
    assert "200 images to train and validate on." in texts(test)


@pytest.mark.parametrize("count", [1, 2, 10, 60])
@pytest.mark.parametrize("part", ["Overview", "Augmentation", "Leaks and duplicates", "Suspect labels"])
def test_the_data_page_works_for_however_few_images(count: int, part: str) -> None:
    places = [int(np.flatnonzero(POOL.labels == digit % 10)[digit // 10]) for digit in range(count)]
    record = add_pool(open_store(), Dataset("few.csv", POOL.images[places], POOL.labels[places]))
    test = page("data/page.py", part=part, pool=record.fingerprint)
    said = [error.value.partition(",")[0] for error in test.error]
    refused = part == "Suspect labels" and count < 60
    assert said == ["Fewer than two digits have 5 images or more"] * refused
    assert "enough" in texts(test) if count > 1 else "needs two" in texts(test)


def test_a_single_image_cannot_be_trained_on_and_the_page_says_why() -> None:
    record = add_pool(open_store(), Dataset("one.csv", POOL.images[:1], POOL.labels[:1]))
    test = page(spec=drawing_from(record, 2))
    assert [error.value for error in test.error] == [
        "The data set has 1 image, expected at least two\\: one to train on, one to validate on."
    ]
    assert next(button for button in test.button if button.label == "Train").disabled


def test_the_terminal_says_the_same_and_can_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = ",".join(["label", *(f"pixel{place}" for place in range(784))])
    table = np.column_stack([TURNED.labels, TURNED.images.reshape(200, -1)])
    content = io.StringIO()
    np.savetxt(content, table, "%d", ",", header=header, comments="")
    path = tmp_path / "mine.csv"
    path.write_text(content.getvalue())
    held, few, odd = checked(path)
    assert held.startswith("mine.csv: 200 labelled images")
    assert "200 images are enough" in few
    assert "black on white" in odd
    np.testing.assert_array_equal(read_pool(path, mend=True).images, POOL.images[:200])
    np.testing.assert_array_equal(read_pool(path, mend=False).images, TURNED.images)
    said = capsys.readouterr().err
    assert "Mended." in said
    assert "--mend makes them like MNIST’s first" in said
