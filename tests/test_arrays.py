"""Arrays on their way through bytes, whole, damaged and of another form."""

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from core.arrays import packed, unpacked
from core.errors import DataError

FORMS = {"labels": "uint8 n", "shares": "float32 n 10"}
WHOLE: dict[str, Any] = {"labels": np.arange(3, dtype=np.uint8), "shares": np.ones((3, 10), np.float32)}


@pytest.mark.parametrize("compressed", [False, True])
def test_arrays_come_back_as_they_went_and_others_are_left(compressed: bool) -> None:
    back = unpacked(packed(WHOLE | {"more": np.zeros(2)}, compressed), FORMS, "damaged")
    assert list(back) == list(FORMS)
    for name, array in back.items():
        np.testing.assert_array_equal(array, WHOLE[name], strict=True)


def test_no_images_at_all_are_arrays_too() -> None:
    none = {name: array[:0] for name, array in WHOLE.items()}
    assert unpacked(packed(none), FORMS, "damaged")["shares"].shape == (0, 10)


@pytest.mark.parametrize(
    "changed",
    [
        {"labels": np.arange(3)},
        {"labels": np.zeros((3, 1), np.uint8)},
        {"shares": np.ones((3, 9), np.float32)},
        {"shares": np.ones((4, 10), np.float32)},
        {"shares": np.array([{}], object)},
    ],
)
def test_another_type_or_shape_is_damage(changed: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="It is damaged"):
        unpacked(packed(WHOLE | changed), FORMS, "It is damaged")


def with_open_bracket() -> bytes:
    """Return a file whose arrays have a header that NumPy's reader does not come to the end of."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in FORMS:
            file.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00\x04\x00{'(\n")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", packed(WHOLE)[:-30], packed({"labels": WHOLE["labels"]}), with_open_bracket()],
)
def test_what_is_no_such_file_or_lacks_an_array_is_damage(content: bytes) -> None:
    with pytest.raises(DataError, match="It is damaged"):
        unpacked(content, FORMS, "It is damaged")
