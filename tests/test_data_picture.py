"""Pictures of every kind are read upright and with their contrast; what is none costs one sentence."""

import io
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.data.not_pictures import kind_of
from core.data.picture import MOST_MEGAPIXELS, SIDE, read_photo
from core.errors import DataError

ROOT = Path(__file__).parents[1]
DARK, PAPER = 20, 220
EIGHT_BIT = {
    "1": "PNG",
    "L": "PNG",
    "LA": "PNG",
    "P": "PNG",
    "PA": "TIFF",
    "RGB": "JPEG",
    "RGBA": "PNG",
    "CMYK": "JPEG",
    "YCbCr": "JPEG",
    "LAB": "TIFF",
}
"""Modes, and a format that keeps them; HSV, which no file has, is the only one left out."""


def mark(turned: int = 0) -> np.ndarray:
    """Return paper with a dark mark in its upper left corner, uint8 (300, 450), turned by quarters."""
    page = np.full((300, 450), PAPER, np.uint8)
    page[40:100, 50:150] = DARK
    return np.rot90(page, turned)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


SEVEN_BITS = saved(Image.fromarray(mark()), "TIFF").replace(
    struct.pack("<HHII", 258, 3, 1, 8), struct.pack("<HHII", 258, 3, 1, 7)
)
"""A TIFF whose values have a size that no reader here knows."""


def is_mark(photo: np.ndarray, *, exact: bool = True) -> None:
    """Check that a picture shows `mark`: dark where it is dark, and light elsewhere."""
    grey = photo.mean(axis=2)
    high, wide = grey.shape
    assert wide == pytest.approx(1.5 * high, rel=0.01)
    scale = wide / 450
    inside = grey[round(45 * scale) : round(95 * scale), round(55 * scale) : round(145 * scale)]
    outside = grey[round(110 * scale) :]
    if exact:
        assert abs(np.median(inside) - DARK) < 45
        assert abs(np.median(outside) - PAPER) < 45
    assert np.median(outside) - np.median(inside) > 120


@pytest.mark.parametrize("mode", EIGHT_BIT)
def test_every_mode_of_eight_bits_is_read(mode: str) -> None:
    grey = Image.fromarray(mark())
    picture = (
        grey.point(lambda v: 255 * (v > 128)).convert("1")
        if mode == "1"
        else grey.convert("RGB").convert(mode)
    )
    kind = EIGHT_BIT[mode]
    content = saved(picture, kind)
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.mode == mode or (mode, kept.mode) == ("YCbCr", "RGB")
    is_mark(read_photo(content, f"note.{kind.lower()}"), exact=mode not in ("1", "P", "PA"))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (mark().astype(np.uint16) * 257, "PNG"),
        (mark().astype(np.uint16) * 257, "TIFF"),
        (mark().astype(np.uint16) * 16, "TIFF"),
        (mark().astype(">u2") * 257, "TIFF"),
        (mark().astype(np.int32) * 257, "TIFF"),
        (mark().astype(np.float32) / 255, "TIFF"),
        (mark().astype(np.float32), "TIFF"),
    ],
    ids=["16 bits", "16 bits, TIFF", "12 of 16 bits", "big-endian", "32 bits", "0 to 1", "0 to 255"],
)
def test_deep_grey_keeps_its_contrast(values: np.ndarray, kind: str) -> None:
    is_mark(read_photo(saved(Image.fromarray(values), kind), f"scan.{kind.lower()}"))


def test_a_deep_scan_in_which_0_is_white_is_the_right_way_round() -> None:
    content = saved(Image.fromarray((255 - mark()).astype(np.uint16) * 257), "TIFF", tiffinfo={262: 0})
    is_mark(read_photo(content, "scan.tif"))


def test_a_dark_sixteen_bit_scan_of_blank_paper_does_not_become_noise() -> None:
    noise = np.random.default_rng(0).normal(50_000, 100, (300, 450)).astype(np.uint16)
    assert read_photo(saved(Image.fromarray(noise), "PNG"), "scan.png").std() < 2


def test_a_cmyk_jpeg_that_adobe_wrote_inverted_is_the_right_way_round() -> None:
    content = saved(Image.fromarray(mark()).convert("RGB").convert("CMYK"), "JPEG")
    assert b"Adobe" in content[:400]
    is_mark(read_photo(content, "print.jpg"))


@given(
    ink=st.integers(0, 255), kind=st.sampled_from(["PNG", "WEBP", "TIFF", "GIF"]), lowest=st.integers(0, 200)
)
@settings(deadline=None, max_examples=25)
def test_ink_of_any_colour_on_nothing_is_dark_on_white(ink: int, kind: str, lowest: int) -> None:
    alpha = np.where(mark() == DARK, 255, 0).astype(np.uint8)
    hidden = np.random.default_rng(lowest).integers(0, 256, (*alpha.shape, 3)).astype(np.uint8)
    colours = np.where(alpha[..., None] > 0, np.array([ink, ink, lowest]), hidden).astype(np.uint8)
    picture = Image.fromarray(np.dstack([colours, alpha]))
    photo = read_photo(saved(picture, kind, **({"lossless": True} if kind == "WEBP" else {})), "note")
    is_mark(photo, exact=False)


def test_a_sheet_cut_out_of_its_surroundings_stays_a_sheet() -> None:
    colours = np.pad(mark(), 60, constant_values=0)
    alpha = np.pad(np.full((300, 450), 255, np.uint8), 60)
    photo = read_photo(saved(Image.fromarray(np.dstack([colours] * 3 + [alpha])), "PNG"), "cut.png")
    assert (photo[:40] == PAPER).all()
    assert (photo[110:150, 120:200] == DARK).all()


def test_a_picture_that_is_transparent_all_over_is_blank() -> None:
    photo = read_photo(saved(Image.new("RGBA", (500, 400)), "PNG"), "nothing.png")
    assert (photo == 255).all()


@given(st.integers(1, 8), st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]))
@settings(deadline=None, max_examples=40)
def test_all_eight_orientations_of_exif_are_turned_upright(orientation: int, kind: str) -> None:
    back = {1: (0, 0), 2: (0, 1), 3: (2, 0), 4: (2, 1), 5: (1, 1), 6: (1, 0), 7: (3, 1), 8: (3, 0)}
    turns, mirrored = back[orientation]  # how the camera's sensor saw the upright page
    page = np.rot90(mark(), turns)
    page = np.fliplr(page) if mirrored and turns % 2 == 0 else np.flipud(page) if mirrored else page
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(Image.fromarray(np.ascontiguousarray(page)).convert("RGB"), kind, exif=exif)
    is_mark(read_photo(content, f"photo.{kind.lower()}"))


def test_an_iphones_heic_is_read_upright() -> None:
    import pillow_heif

    exif = Image.Exif()
    exif[0x0112] = 6
    heif = pillow_heif.from_pillow(Image.fromarray(np.ascontiguousarray(mark(1))).convert("RGB"))
    heif.info["exif"] = exif.tobytes()
    buffer = io.BytesIO()
    heif.save(buffer, quality=80)
    is_mark(read_photo(buffer.getvalue(), "IMG_0001.HEIC"))


def test_heics_library_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import io, sys, core.data.photo\nfrom PIL import Image\nfrom core.data.picture import read_photo\n"
        "buffer = io.BytesIO()\nImage.new('L', (500, 500)).save(buffer, 'PNG')\n"
        "read_photo(buffer.getvalue(), 'a.png')\nprint('pillow_heif' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_of_several_frames_or_pages_the_first_is_read(kind: str) -> None:
    blank = Image.new("RGB", (450, 300), "white")
    content = saved(Image.fromarray(mark()).convert("RGB"), kind, save_all=True, append_images=[blank, blank])
    is_mark(read_photo(content, "many"), exact=False)


def test_a_progressive_jpeg_is_read_and_a_large_picture_is_made_smaller() -> None:
    large = Image.fromarray(mark()).resize((4500, 3000))
    photo = read_photo(saved(large, "JPEG", progressive=True), "photo.jpg")
    assert photo.shape == (SIDE * 2 // 3, SIDE, 3)
    is_mark(photo)


def test_a_tiny_picture_is_enlarged() -> None:
    is_mark(
        read_photo(saved(Image.fromarray(mark()).resize((45, 30), Image.Resampling.BOX), "PNG"), "icon.png")
    )


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "note.png", "note.png is empty, no picture: expected PNG, JPEG, HEIC"),
        (b"hello", "note.png", "note.png is text, no picture"),
        (b"%PDF-1.7\n", "note.pdf", "note.pdf is a PDF, no picture"),
        (
            b"<?xml version='1.0'?>\n<svg width='9'/>",
            "a.svg",
            "a.svg is a drawing of shapes .SVG., no picture",
        ),
        (b"<!DOCTYPE html><html>", "a.png", "a.png is a web page"),
        (b"II*\0\x10\0\0\0CR\x02\0", "IMG.CR2", "IMG.CR2 is a camera's raw picture"),
        (b"PK\x03\x04" + bytes(99), "note.docx", "zip archive or an Office document"),
        (b"\0\0\0\x20ftypqt  " + bytes(20), "IMG.MOV", "IMG.MOV is a film"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(20), "a.jxl", "a.jxl is JPEG XL"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "a.eps", "a.eps is PostScript"),
        (bytes(range(256)), "note.png", "note.png is no picture: expected PNG"),
        (SEVEN_BITS, "a.tif", "a.tif is a TIFF of a kind that cannot be read here: save it as PNG"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "a.heic", "a.heic cannot be read as a picture: it is damaged"),
        (saved(Image.fromarray(mark()), "PNG")[:300], "note.png", "note.png cannot be read as a picture"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-6:] else "",
)
def test_what_is_no_picture_is_said_to_be_what_it_is(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as refused:
        read_photo(content, name)
    assert str(refused.value).count(". ") == 0


@given(
    st.binary(max_size=200),
    st.sampled_from(["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP"]),
    st.integers(0, 400),
)
@settings(deadline=None, max_examples=80)
def test_damage_of_any_kind_is_one_sentence_or_a_picture(noise: bytes, kind: str, at: int) -> None:
    whole = saved(Image.fromarray(mark()).convert("RGB"), kind)
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    sentence = ""
    try:
        read_photo(damaged, "note")
    except DataError as error:
        sentence = str(error)
    assert re.fullmatch(r"(note .*[A-Za-z0-9]\.)?", sentence)


def test_a_file_or_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        read_photo(tmp_path / "all.png", "all.png")
    with pytest.raises(DataError, match="is a folder or a device, expected a picture"):
        read_photo(tmp_path, "folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_no_picture_and_nobody_waits_for_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(DataError, match="is a folder or a device, expected a picture"):
        read_photo(tmp_path / "a.png", "a.png")


@pytest.mark.parametrize(
    ("size", "kind", "sentence"),
    [
        ((10_000, 5_100), "PNG", f"has 51 megapixels, expected at most {MOST_MEGAPIXELS}"),
        ((20_000, 10_000), "PNG", f"expected at most {MOST_MEGAPIXELS}"),
        ((5_000, 4_000), "WEBP", "has 20 megapixels, of WEBP expected at most 18: save it as JPEG or PNG"),
    ],
)
def test_a_picture_too_large_for_memory_is_refused_before_it_is_unpacked(
    size: tuple[int, int], kind: str, sentence: str
) -> None:
    content = saved(Image.new("1" if kind == "PNG" else "L", size), kind)
    with pytest.raises(DataError, match=sentence):
        read_photo(content, "huge")


def large_png(width: int, height: int) -> bytes:
    """Return a white RGB picture as PNG, made row by row, as the whole takes hundreds of megabytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    packer = zlib.compressobj(1)
    rows = b"".join([packer.compress(b"\0" + b"\xff" * (3 * width)) for _ in range(height)]) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own peak of memory")
def test_fifty_megapixels_take_less_than_300_megabytes(tmp_path: Path) -> None:
    (tmp_path / "huge.png").write_bytes(large_png(8160, 6120))
    code = (
        "import sys\nfrom pathlib import Path\nfrom core.data.picture import read_photo\n"
        "def peak(): return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) / 1024\n"
        "before = peak()\nprint(read_photo(Path(sys.argv[1]), 'huge.png').shape, peak() - before)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "huge.png")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    shape, _, grown = done.stdout.strip().rpartition(" ")
    assert shape == "(900, 1200, 3)", done.stderr
    assert float(grown) < 300


def test_text_that_begins_a_picture_is_no_text() -> None:
    for content in (b"P1\n2 2\n0 1 1 0\n", b"P3\n1 1\n255\n1 2 3\n"):
        assert kind_of(content, "a.pbm") == ""
