"""Of Kaggle's zip with all its files the wanted one is taken, wherever it lies; other archives are named."""

import gzip
import io
import os
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core.data import kaggle
from core.data.archive import Wanted
from core.data.dropped import dropped, place_of
from core.data.kaggle import COLUMNS, PIXELS, Reading
from core.errors import DataError
from tests.test_data_dialects import IMAGES, LABELS, ROWS, csv_text

TRAIN, TEST = csv_text(ROWS[:8], COLUMNS), csv_text(ROWS[8:, 1:], PIXELS)
SAMPLE = "ImageId,Label\n1,0\n2,0\n"


def packed(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # of the same date always
    return buffer.getvalue()


PLAIN = {"sample_submission.csv": SAMPLE, "test.csv": TEST, "train.csv": TRAIN}
NESTED = {
    "__MACOSX/digit-recognizer/._train.csv": b"\x00\x05",
    ".DS_Store": b"\x00\x00\x00\x01Bud1",
    "digit-recognizer/": b"",
    "digit-recognizer/Sample_Submission.CSV": SAMPLE,
    "digit-recognizer/TEST.CSV.gz": gzip.compress(TEST.encode(), mtime=0),
    "digit-recognizer/Train.csv.zip": packed({"train.csv": TRAIN}),
}
OTHERS = {"archive/mnist_test.csv": csv_text(ROWS[8:, 1:]), "archive/mnist_train.csv": csv_text(ROWS[:8])}


def read(content: bytes, reader: Callable[..., Reading] = kaggle.read_labelled) -> Reading:
    return reader(io.BytesIO(content), "all.zip")


@pytest.mark.parametrize("members", [PLAIN, NESTED, OTHERS], ids=["plain", "nested", "another data set"])
def test_the_wanted_table_is_taken_out_of_a_zip_of_several(members: dict[str, str | bytes]) -> None:
    for reader in (kaggle.read_labelled, kaggle.read_either):
        found = read(packed(members), reader)
        np.testing.assert_array_equal(found.images, IMAGES[:8])
        np.testing.assert_array_equal(found.labels, LABELS[:8])
    found = read(packed(members), kaggle.read_unlabelled)
    np.testing.assert_array_equal(found.images, IMAGES[8:])
    assert found.labels is None


def test_a_zip_that_was_zipped_once_more_is_read_and_a_zip_in_that_one_is_not() -> None:
    again = packed({"digit-recognizer/": b"", "digit-recognizer/digits.zip": packed(PLAIN)})
    found = read(again)
    np.testing.assert_array_equal(found.images, IMAGES[:8])
    assert (
        found.how == "From the archive train.csv was taken (also in it: sample_submission.csv and test.csv)."
    )
    with pytest.raises(DataError, match="holds no CSV file"):
        read(packed({"all.zip": again}))
    with pytest.raises(DataError, match="holds no CSV file"):
        read(packed({"one.zip": packed(PLAIN), "other.zip": packed(PLAIN)}))


def test_a_zip_whose_download_broke_off_is_told_so() -> None:
    with pytest.raises(DataError) as refused:
        read(packed(PLAIN)[:-40])
    assert str(refused.value) == "all.zip is a damaged archive (its end is missing): download it again."


def test_what_was_taken_and_what_was_left_is_said() -> None:
    left = "(also in it: sample_submission.csv and test.csv)."
    assert read(packed(PLAIN)).how == f"From the archive train.csv was taken {left}"
    left = left.replace("test.csv", "train.csv")
    assert read(packed(PLAIN), kaggle.read_unlabelled).how == f"From the archive test.csv was taken {left}"
    assert read(packed({"anything.csv": TRAIN})).how == ""


def test_check_data_says_which_file_of_a_zip_it_checked(tmp_path: Path) -> None:
    (tmp_path / "digit-recognizer.zip").write_bytes(packed(PLAIN))
    line = kaggle.summary(kaggle.read_either(tmp_path / "digit-recognizer.zip", "digit-recognizer.zip"))
    taken = "From the archive train.csv was taken (also in it: sample_submission.csv and test.csv)."
    assert line.startswith("digit-recognizer.zip: 8 labelled images, 784 pixels each, no missing values (0: ")
    assert line.endswith(f"). {taken}")


def test_a_fault_names_the_file_in_the_zip() -> None:
    with pytest.raises(DataError) as caught:
        read(packed(PLAIN | {"train.csv": TRAIN.replace("\n0,", "\n77,", 1)}))
    assert str(caught.value) == (
        "all.zip (train.csv), line 3, column label: expected a whole number from 0 to 9, found “77”."
    )


def test_the_same_file_twice_in_a_zip_is_one() -> None:
    assert len(read(packed({"a/train.csv": TRAIN, "b/train.csv": TRAIN})).images) == 8


NO_CSV = "expected exactly one"


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, f"holds no CSV file (found nothing), {NO_CSV}."),
        ({"notes.txt": "1"}, f"holds no CSV file (found “notes.txt”), {NO_CSV}."),
        (
            {"a.csv": TRAIN, "b.csv": TEST},
            "holds 2 CSV files (“a.csv”, “b.csv”), expected exactly one named like train.csv.",
        ),
        (
            {"a/train.csv": TRAIN, "b/train.csv": TEST},
            "holds 2 CSV files (“a/train.csv”, “b/train.csv”), expected exactly one named like train.csv.",
        ),
        (
            {"[Content_Types].xml": "", "xl/workbook.xml": ""},
            "is an Excel workbook, not a CSV file: open it there and save it as CSV.",
        ),
        (
            {"[Content_Types].xml": "", "xl/workbook.bin": ""},
            "is an Excel workbook, not a CSV file: open it there and save it as CSV.",
        ),
        (
            {"__MACOSX/._train.csv": "", "digits/.DS_Store": ""},
            f"holds no CSV file (found nothing), {NO_CSV}.",
        ),
        (
            {"sevens/1.png": "", "__MACOSX/sevens/._1.png": ""},
            "is a zip of one picture, expected a CSV file",
        ),
        (
            {"mimetype": "", "content.xml": ""},
            "is a spreadsheet of LibreOffice, not a CSV file: open it there and save it as CSV.",
        ),
        (
            {"x_train.npy": b"\x93NUMPY", "y_train.npy": b"\x93NUMPY"},
            "is NumPy's arrays (.npz), as MNIST is spread, not a CSV file: MNIST itself is here already, "
            "write other images as CSV, one a line.",
        ),
        (
            {"train-images-idx3-ubyte.gz": b"", "train-labels.idx1-ubyte": b""},
            "is a zip of IDX files, as MNIST is spread, not a CSV file: MNIST itself is here already, "
            "write other images as CSV, one a line.",
        ),
        (
            {"images.npy": b"\x93NUMPY", "labels.npy": b"\x93NUMPY"},
            "is NumPy's arrays (.npz), not a CSV file: write them as text, one image a line.",
        ),
        ({"config.json": "{}", "model.weights.h5": ""}, "is a Keras model, not a CSV file."),
        (
            {"training/data.pkl": "", "training/data/0": ""},
            "is a file of PyTorch, which is never opened here, not a CSV file: write it as CSV, one image a "
            "line.",
        ),
        (
            {"run.json": "{}", "model.keras": ""},
            "is a saved run, not a CSV file: import it on the Runs page.",
        ),
        (
            {"sevens/1.png": "", "sevens/2.PNG": ""},
            "is a zip of two pictures, expected a CSV file with one image a line or, to train on, PNG or "
            "JPEG pictures in folders named 0 to 9.",
        ),
        (
            {"0/1.heic": "", "1/2.AVIF": ""},
            "is a zip of two pictures, expected a CSV file with one image a line or, to train on, PNG or "
            "JPEG pictures in folders named 0 to 9.",
        ),
        ({"sample_submission.csv": SAMPLE}, "is a submission, such as Kaggle's sample_submission.csv: "),
    ],
)
def test_a_zip_without_the_wanted_table_is_called_what_it_is(
    members: dict[str, str | bytes], sentence: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(packed(members))
    assert str(caught.value).startswith(f"all.zip {sentence}")
    assert str(caught.value).count("\n") == 0


def test_what_is_packed_within_what_is_packed_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.archive.MAX_BYTES", 100_000)
    inner = gzip.compress(bytes(150_000), mtime=0)
    with pytest.raises(DataError, match="has more than 0 MB unpacked"):
        read(packed({"train.csv.gz": inner}))
    with pytest.raises(DataError, match="is packed twice, not a CSV file: unpack it first"):
        read(packed({"train.csv.zip": packed({"train.csv": gzip.compress(TRAIN.encode(), mtime=0)})}))


# In the folder data/


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with Kaggle's files in all the ways people put them there, and others."""
    files: dict[str, str | bytes] = {
        "train.csv": TRAIN,
        "Train (1).csv.gz": gzip.compress(TRAIN.encode()),
        "digit-recognizer.zip": packed(PLAIN),
        "digit-recognizer (1).zip": packed(NESTED),
        "archive.zip": packed(OTHERS),
        "broken.zip": packed(PLAIN)[:-40],
        "digit-recognizer/train.csv": TRAIN,
        "digit-recognizer/test.csv": TEST,
        "a/b/train.csv": TRAIN,
        "a/b/c/train.csv": TRAIN,
        "model.zip": packed({"model.keras": b""}),
        "only-test.zip": packed({"test.csv": TEST}),
        "trainer.csv": TRAIN,
        "._train.csv": b"\x00",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def test_kaggles_files_are_found_in_the_data_folder_whatever_they_are_packed_in(folder: Path) -> None:
    zips = ["archive.zip", "broken.zip", "digit-recognizer (1).zip", "digit-recognizer.zip"]
    offered = [path.relative_to(folder).as_posix() for path in dropped(folder, Wanted.LABELLED)]
    assert offered == ["Train (1).csv.gz", *zips, "train.csv", "digit-recognizer/train.csv", "a/b/train.csv"]
    offered = [path.relative_to(folder).as_posix() for path in dropped(folder, Wanted.UNLABELLED)]
    assert offered == [*zips, "only-test.zip", "digit-recognizer/test.csv"]


def test_what_is_offered_can_be_read_or_is_refused_in_a_sentence(folder: Path) -> None:
    for path in dropped(folder, Wanted.LABELLED):
        if path.name == "broken.zip":
            with pytest.raises(DataError, match="is a damaged archive"):
                kaggle.read_labelled(path, path.name)
        else:
            assert len(kaggle.read_labelled(path, path.name).images) == 8


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
@pytest.mark.parametrize("name", ["train.csv", "digit-recognizer.zip"])
def test_pipes_devices_and_links_that_lead_nowhere_are_passed_by(name: str, tmp_path: Path) -> None:
    for place, make in enumerate((os.mkfifo, partial(os.symlink, "/dev/zero"), partial(os.symlink, name))):
        (tmp_path / str(place)).mkdir()
        make(tmp_path / str(place) / name)
    assert dropped(tmp_path, Wanted.EITHER) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_name_that_is_not_in_utf_8_can_be_shown_and_its_file_be_read(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xdcbung")
    folder.mkdir()
    (folder / "train.csv").write_text(TRAIN)
    (path,) = dropped(tmp_path, Wanted.LABELLED)
    assert place_of(path, tmp_path) == r"\xdcbung/train.csv"
    assert len(kaggle.read_labelled(path, "train.csv").images) == 8
    path.unlink()
    with pytest.raises(DataError) as caught:
        kaggle.read_labelled(path, "train.csv")
    assert str(caught.value).encode().endswith(rb"\xdcbung/train.csv.")


def test_a_data_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert dropped(tmp_path / "data", Wanted.EITHER) == []
