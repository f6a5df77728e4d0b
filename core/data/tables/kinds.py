"""What a file is that is no table of numbers, told by its first bytes or, of a zip, by what lies in it."""

import re
from collections.abc import Sequence

from core.data.faults import shown
from core.words import count

_WRITE_AS_CSV = "write it as CSV, one image a line"
_SAVE_AS_CSV = "open it there and save it as CSV"
_MNIST = "as MNIST is spread: MNIST itself is here already, write other images as CSV, one a line"
_FIRST_BYTES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"RIFF", "a picture or sound (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"\x93NUMPY", "a NumPy array (.npy): write it as text, one image a line"),
    (b"\x89HDF", f"an HDF5 file: {_WRITE_AS_CSV}"),
    (b"PAR1", "a Parquet file: write it as CSV"),
    (b"SQLite format 3", f"an SQLite database: {_WRITE_AS_CSV}"),
    *((start, "a file of R: write it there by write.csv") for start in (b"RDX2", b"RDX3", b"X\n\0\0\0")),
    (b"\xd0\xcf\x11\xe0", f"an old Excel workbook (.xls): {_SAVE_AS_CSV}"),
    *((bytes((0x80, protocol)), "a Python pickle, which is never opened here") for protocol in range(2, 6)),
    (b"\x00\x00\x08", f"an IDX file, {_MNIST}"),
    (b"MATLAB 5.0", "a MATLAB file (.mat): write it as CSV"),
    (b"MATLAB 7.3", "a MATLAB file (.mat): write it as CSV"),
    (b"ARROW1", "a Feather file: write it as CSV"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"BZh", "packed by bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed by xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed by Zstandard: unpack it first"),
    (b"\x1f\x8b", "packed twice: unpack it first"),
    (b"PK\x03\x04", "packed twice: unpack it first"),
    (b"version https://git-lfs", "a pointer of Git LFS: fetch the file itself with git lfs pull"),
    (b"<?xml", "an XML file"),
    (b"<", "a web page: sign in at Kaggle and download it again"),
    (b"{\\rtf", "a text document (RTF): save it there as plain text"),
    (b"[InternetShortcut]", "a link to a web page: download the file that it leads to"),
    (b"{", f"JSON: {_WRITE_AS_CSV}"),
)
_IN_ZIP: tuple[tuple[str, str], ...] = (
    ("xl/workbook.xml", f"an Excel workbook: {_SAVE_AS_CSV}"),
    ("xl/workbook.bin", f"an Excel workbook: {_SAVE_AS_CSV}"),
    ("content.xml", f"a spreadsheet of LibreOffice: {_SAVE_AS_CSV}"),
    ("Index/Document.iwa", f"a spreadsheet of Numbers: {_SAVE_AS_CSV}"),
    ("word/document.xml", "a Word document"),
    ("model.weights.h5", "a Keras model"),
    ("model.keras", "a saved run: import it on the Runs page"),
    ("spec.json", "a saved run: import it on the Runs page"),
)
PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp")
"""What the names of pictures in a zip end with, in small letters."""
_OF_PHONES = (".heic", ".heif", ".avif")
_IDX = re.compile(r"[.-]idx[13]-ubyte(\.gz)?$")
_FLAT = re.compile(rb"<\?xml[^>]*>\s*<office:document\b")
_ARFF = re.compile(rb"(?:\s|%[^\n]*\n)*@relation", re.IGNORECASE)
_LIBSVM = re.compile(rb"\s*[\d.+-]+(?:[ \t]+\d+:[\d.eE+-]+)+\s*(?:\n|$)")


def kind(content: bytes) -> str | None:
    """Return what a content is that is no text of numbers, such as "is JSON, …"; None where it may be one.

    Args:
        content: with its byte order mark, if any.
    """
    begin = content[:100_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _FLAT.match(begin):
        return _instead(f"a spreadsheet of LibreOffice: {_SAVE_AS_CSV}")
    for first, what in _FIRST_BYTES:
        if content.startswith(first) or (first.isascii() and begin.startswith(first)):
            return _instead(what)
    if content[4:8] == b"ftyp":
        return _instead("a picture or a film, as phones make them")
    if content[257:262] == b"ustar":
        return _instead("a tar archive: unpack it first")
    if _ARFF.match(begin):
        return _instead("an ARFF file, as OpenML has it: choose its CSV there")
    if _LIBSVM.match(begin):
        return _instead("a LIBSVM file (place:value), which leaves out zeros: write all 784 values a line")
    if b"\x00" in content[:4096]:
        return "is no CSV file: its first bytes are not text"
    return None


def zip_kind(names: Sequence[str]) -> str:
    """Return what a zip without a CSV file is, by the names in it."""
    for name, what in _IN_ZIP:
        if name in names:
            return _instead(what)
    if names and {"x_train.npy", "y_train.npy"} <= {*names}:
        return _instead(f"NumPy's arrays (.npz), {_MNIST}")
    if names and all(_IDX.search(name) for name in names):
        return _instead(f"a zip of IDX files, {_MNIST}")
    if names and all(name.endswith(".npy") for name in names):
        return _instead("NumPy's arrays (.npz): write them as text, one image a line")
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        return _instead(f"a file of PyTorch, which is never opened here: {_WRITE_AS_CSV}")
    pictures = sum(name.lower().endswith(PICTURES + _OF_PHONES) for name in names)
    if pictures:
        return (
            f"is a zip of {count(pictures, 'picture')}, expected a CSV file with one image a line or, "
            "to train on, PNG or JPEG pictures in folders named 0 to 9"
        )
    found = ", ".join(shown(name) for name in names[:3]) or "nothing"
    return f"holds no CSV file (found {found}), expected exactly one"


def _instead(what: str) -> str:
    """Return "is JSON, not a CSV file", with what to do about it behind, if anything."""
    thing, colon, advice = what.partition(": ")
    return f"is {thing}, not a CSV file{colon}{advice}"
