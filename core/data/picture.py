"""A picture's file, of whatever kind, as small upright colours; of what is none it is said what it is."""

import io
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from core.data.not_pictures import kind_of
from core.errors import DataError

Photo = NDArray[np.uint8]
MOST_MEGAPIXELS = 50
SIDE = 1200
"""The longer side, in pixels, that a larger picture is reduced to."""
FORMATS = (
    *("AVIF", "BMP", "DIB", "GIF", "HEIF", "ICO", "JPEG", "JPEG2000", "MPO", "PCX", "PNG", "PPM", "PSD"),
    *("QOI", "SGI", "TGA", "TIFF", "WEBP"),
)
"""What Pillow reads itself and safely; no EPS or WMF, for which it starts other programs."""
EXPECTED = "expected PNG, JPEG, HEIC, WebP, AVIF, GIF, TIFF or BMP"
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_ORIENTATION, _DNG = 0x0112, 0xC612
_STRIP = 64
"""Rows of the small picture that are made at a time, so that never a second copy of a large one is held."""


def read_photo(source: bytes | Path, name: str) -> Photo:
    """Return a picture's colours, uint8 (h, w, 3), upright, its longer side at most `SIDE`.

    Of several frames or pages it is the first. Where ink lies on nothing (an alpha channel) it becomes dark
    on white. Grey values of 16 and 32 bits keep their contrast. It takes, beside the file itself, five bytes
    a pixel at most, and for AVIF, HEIC and WebP sixteen.

    Raises:
        DataError: it is no picture, too large, or cannot be read.
    """
    try:
        with _stream(source) as stream:
            return _read(stream, name)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"There is no file {source!s}.") from None
    except IsADirectoryError:
        raise DataError(f"{source!s} is a folder, expected a picture.") from None
    except Image.DecompressionBombError as error:
        raise DataError(
            f"{name} has too many pixels, expected at most {MOST_MEGAPIXELS} megapixels."
        ) from error
    except MemoryError as error:
        raise DataError(f"{name} is too large for this machine's memory: make it smaller.") from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        struct.error,
    ) as error:
        raise DataError(f"{name} cannot be read as a picture: it is damaged.") from error


def _stream(source: bytes | Path) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _read(stream: BinaryIO, name: str) -> Photo:
    head = stream.read(4096)
    stream.seek(0)
    if what := kind_of(head, name):
        raise DataError(f"{name} is {what}, no picture: {EXPECTED}.")
    _learn(head)
    try:
        picture = Image.open(stream, formats=[kind for kind in FORMATS if kind in Image.OPEN])
    except UnidentifiedImageError:
        raise DataError(f"{name} is no picture: {EXPECTED}.") from None
    with picture:
        _check(picture, name)
        return _upright(_small(picture), picture)


def _learn(head: bytes) -> None:
    """Have Pillow know its formats, and HEIC, as iPhones write it, only once one is there: it is 26 MB."""
    Image.init()
    if head[4:8] == b"ftyp" and head[8:12] != b"avif" and "HEIF" not in Image.OPEN:
        from pillow_heif import register_heif_opener

        register_heif_opener()


def _check(picture: Image.Image, name: str) -> None:
    pixels = picture.width * picture.height / 1e6
    if pixels > MOST_MEGAPIXELS:
        raise DataError(f"{name} has {pixels:.0f} megapixels, expected at most {MOST_MEGAPIXELS}.")
    if _DNG in getattr(picture, "tag_v2", ()):
        raise DataError(f"{name} is a camera's raw picture: save it as JPEG first.")


def _small(picture: Image.Image) -> Image.Image:
    """Return a picture in mode RGB, its longer side at most `SIDE`, not yet upright."""
    picture.draft(picture.mode, (SIDE, SIDE))
    picture.load()
    factor = max(1, max(picture.size) // SIDE)
    if picture.mode in _DEEP:
        small = Image.fromarray(_deep(picture, factor)).convert("RGB")
    else:
        small = _on_paper(_strips(picture, factor))
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return small


def _strips(picture: Image.Image, factor: int) -> Image.Image:
    """Return a picture of up to 8 bits reduced by a factor, in mode RGBA."""
    width, height = (-(-length // factor) for length in picture.size)
    small = Image.new("RGBA", (width, height))
    for top in range(0, height, _STRIP):
        bottom = min((top + _STRIP) * factor, picture.height)
        strip = picture.crop((0, top * factor, picture.width, bottom)).convert("RGBA")
        small.paste(strip.reduce(factor), (0, top))
    return small


def _deep(picture: Image.Image, factor: int) -> Photo:
    """Return a picture of more than 8 bits reduced by a factor, uint8 (h, w).

    White is the largest number of as many bits as its brightest pixel needs: scanners write 10, 12 or 14 of
    the 16 there are. Of numbers up to 1 white is 1.
    """
    wide = picture.width // factor
    rows = []
    for top in range(0, picture.height - factor + 1, _STRIP * factor):
        strip = picture.crop((0, top, picture.width, min(top + _STRIP * factor, picture.height)))
        values = np.nan_to_num(np.asarray(strip, np.float32), posinf=0, neginf=0)
        high = len(values) // factor
        cells = values[: high * factor, : wide * factor].reshape(high, factor, wide, factor)
        rows.append(cells.mean(axis=(1, 3)))
    grey = np.concatenate(rows)
    grey -= min(0, float(grey.min()))
    brightest = float(grey.max())
    white = 1 if brightest <= 1 else 2 ** max(8, int(np.ceil(np.log2(brightest + 1)))) - 1
    small: Photo = (grey * (255 / white)).round().clip(0, 255).astype(np.uint8)
    return small


def _on_paper(picture: Image.Image) -> Image.Image:
    """Return a picture with transparent parts (RGBA) on what makes its ink stand out, in mode RGB."""
    alpha = np.asarray(picture.getchannel("A"))
    if alpha.min() == 255:
        return picture.convert("RGB")
    if alpha.max() == 0:
        return Image.new("RGB", picture.size, "white")
    solid = alpha > 127 if alpha.max() > 127 else alpha > 0
    colours = np.asarray(picture.convert("RGB"))[solid]
    if _is_ink(solid, colours):
        return ImageOps.invert(picture.getchannel("A")).convert("RGB")
    paper = Image.new("RGBA", picture.size, tuple(int(c) for c in np.median(colours, axis=0)))
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _is_ink(solid: NDArray[np.bool_], colours: Photo) -> bool:
    """Whether what is not transparent is the ink itself, and not a sheet that was cut out.

    Ink has one colour, or takes less than half of the box around it.
    """
    rows, columns = (np.flatnonzero(solid.any(axis=axis)) for axis in (1, 0))
    filled = solid.sum() / ((np.ptp(rows) + 1) * (np.ptp(columns) + 1))
    return bool(filled < 0.5 or colours.mean(axis=1).std() < 13)


def _upright(small: Image.Image, picture: Image.Image) -> Photo:
    """Return a small picture's colours, turned as the large one's EXIF wants it."""
    try:
        small.getexif()[_ORIENTATION] = picture.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, struct.error):
        return np.asarray(small)  # what cannot be read about a picture is no reason not to read the picture
    return np.asarray(ImageOps.exif_transpose(small))


def as_jpeg(photo: Photo, side: int) -> bytes:
    """Return colours uint8 (h, w, 3) as a JPEG file, the longer side at most so many pixels."""
    picture = Image.fromarray(photo)
    picture.thumbnail((side, side), Image.Resampling.BOX)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
