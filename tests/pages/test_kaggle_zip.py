"""Kaggle's zip is brought once, on whichever page: its train.csv is trained on, its test.csv is submitted."""

import gc
import io
import weakref
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from streamlit.proto.PageLink_pb2 import PageLink
from streamlit.testing.v1 import AppTest

from core.data import mnist
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.pools import load_pool
from core.runs.store import open_store
from pages.shared.pools import AT_HAND
from pages.shared.test_file import CHOSEN, TestFile, beside_train
from pages.shared.tokens import COOKIE
from tests.pages.test_by_hand import kaggle_file
from tests.pages.test_pages import page, saved, texts
from tests.test_data_archive import TRAIN
from tests.test_data_dialects import IMAGES

ROWS = 28_000


@pytest.fixture(scope="module")
def both() -> bytes:
    """Kaggle's zip, with eight images to train on."""
    return zipped({"train.csv": TRAIN.encode(), "test.csv": kaggle_file(ROWS)})


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in {"sample_submission.csv": b"ImageId,Label\n1,0\n", **members}.items():
            archive.writestr(name, content)
    return file.getvalue()


def bring(test: AppTest, name: str, content: bytes) -> AppTest:
    uploader = next(one for one in test.file_uploader if "Kaggle" in one.label)
    uploader.set_value((name, content, "application/zip")).run()
    assert not test.exception
    return test


def test_the_zip_that_is_trained_on_is_ready_on_the_kaggle_page(both: bytes) -> None:
    test = bring(page(), "digit-recognizer.zip", both)
    assert "to train and validate on." in texts(test)
    assert "Its test.csv is ready on the Kaggle page." in texts(test)
    test.switch_page("kaggle/page.py").run()
    assert not test.exception
    assert "digit-recognizer.zip: 28,000 images. From the archive test.csv was taken" in texts(test).replace(
        "\\", ""
    )
    np.testing.assert_array_equal(test.session_state[CHOSEN].images[:7], mnist.test().images[:7])


def test_the_zip_that_is_submitted_is_there_to_be_trained_on(both: bytes, small_spec: RunSpec) -> None:
    saved(open_store(), small_spec, "mine")
    test = bring(page("kaggle/page.py"), "digit-recognizer.zip", both)
    record, _ = test.session_state[AT_HAND]
    np.testing.assert_array_equal(load_pool(open_store(), record.fingerprint).images, IMAGES[:8])
    everything = mnist.training().images[:ROWS]
    test.session_state[CHOSEN] = TestFile("test.csv", everything, "of everything", 0, "")
    test.run()
    assert "A score made that way is no score" in texts(test)
    test.button(key="retrain").click().run()
    assert not test.exception
    assert test.session_state["draft"].spec() == small_spec.drawn_from(record.fingerprint, 8)


def test_who_trains_on_the_zip_is_led_on_to_the_submission(both: bytes, small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    test = page(run=run_id)
    assert links(test, "Make its submission.csv") == []
    bring(test, "digit-recognizer.zip", both)
    (link,) = links(test, "Make its submission.csv")
    assert (link.page, link.query_string) == ("kaggle", f"nets={run_id}")


def links(test: AppTest, label: str) -> list[PageLink]:
    return [link.proto for link in test.get("page_link") if link.proto.label == label]


def test_who_has_no_network_yet_is_led_to_train_one_on_the_images_of_the_zip(both: bytes) -> None:
    test = bring(page("kaggle/page.py"), "digit-recognizer.zip", both)
    record, _ = test.session_state[AT_HAND]
    next(button for button in test.button if "Kaggle’s train.csv" in button.label).click().run()
    assert not test.exception
    assert test.session_state["draft"].spec() == PRESETS["quick-start"].spec.drawn_from(record.fingerprint, 8)


@pytest.mark.parametrize("beside", [b"", TRAIN.encode(), kaggle_file(3)], ids=["empty", "labelled", "short"])
def test_a_zip_whose_test_cannot_be_used_is_trained_on_without_a_word_of_it(beside: bytes) -> None:
    test = bring(page(), "digits.zip", zipped({"train.csv": TRAIN.encode(), "test.csv": beside}))
    assert "to train and validate on." in texts(test)
    assert "ready on the Kaggle page" not in texts(test)
    assert CHOSEN not in test.session_state


@pytest.mark.parametrize("beside", [b"", kaggle_file(3)], ids=["empty", "unlabelled"])
def test_a_zip_whose_train_cannot_be_used_is_submitted_all_the_same(beside: bytes) -> None:
    content = zipped({"train.csv": beside, "test.csv": kaggle_file(ROWS)})
    test = bring(page("kaggle/page.py"), "digits.zip", content)
    assert "28,000 images" in texts(test)
    assert not test.error
    assert AT_HAND not in test.session_state


def test_a_test_file_is_read_once_for_all_who_have_it_and_goes_with_the_last(both: bytes) -> None:
    first, again = (beside_train(io.BytesIO(both), "a.zip") for _ in range(2))
    assert first is again
    assert first is not None
    kept = weakref.ref(first)
    del first, again
    gc.collect()
    assert kept() is None


def test_a_page_that_is_loaded_anew_finds_the_test_file_of_the_same_browser(
    both: bytes, cookies: dict[str, str]
) -> None:
    before = bring(page("kaggle/page.py"), "digit-recognizer.zip", both)
    assert page("kaggle/page.py").session_state[CHOSEN] is before.session_state[CHOSEN]
    cookies[COOKIE] = "somebody else"
    assert CHOSEN not in page("kaggle/page.py").session_state
