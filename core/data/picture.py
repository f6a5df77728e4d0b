"""A picture's file, of whatever kind, as small upright colours; of what is none it is said what it is."""

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from core.data.not_pictures import is_heif, kind_of
from core.errors import DataError

Photo = NDArray[np.uint8]
MOST_MEGAPIXELS = 50
_FEWER = {"AVIF": 32, "WEBP": 18, "JPEG2000": 15}
"""Megapixels at most of formats that Pillow decodes only whole and with several copies in memory."""
_LEAST = 400
"""The longer side, in pixels, that a smaller picture is enlarged to, at least."""
SIDE = 1200
"""The longer side, in pixels, that a larger picture is reduced to."""
FORMATS = (
    *("AVIF", "BMP", "DIB", "GIF", "ICO", "JPEG", "JPEG2000", "MPO", "PCX", "PNG", "PPM", "PSD", "QOI"),
    *("SGI", "TGA", "TIFF", "WEBP"),
)
"""What Pillow reads itself and safely; no EPS or WMF, for which it starts other programs."""
EXPECTED = "expected PNG, JPEG, HEIC, WebP, AVIF, GIF, TIFF or BMP"
SMALL_FORMATS = ("BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP")
"""What is read of digits that lie in a zip by the thousand."""
_EXPECTED_SMALL = "expected PNG, JPEG, WebP, GIF, TIFF or BMP"
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
_ORIENTATION, _DNG = 0x0112, 0xC612
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
"""TIFF's tag that says what 0 stands for; of more than 8 bits Pillow leaves that to us."""
_TIFF = (b"II*\0", b"MM\0*")
_STRIP = 64
"""Rows of the small picture that are made at a time, so that never a second copy of a large one is held."""


def read_photo(source: bytes | Path, name: str) -> Photo:
    """Return a picture's colours, uint8 (h, w, 3), upright, its longer side at most `SIDE`.

    Of several frames or pages it is the first. Where ink lies on nothing (an alpha channel) it becomes dark
    on white. Grey values of 16 and 32 bits keep their contrast. At most it takes 300 MB.

    Raises:
        DataError: it is no picture, too large, or cannot be read.
    """
    try:
        with _told(name), _stream(source) as stream:
            return _read(stream, name)
    except FileNotFoundError:
        raise DataError(f"There is no file {source!s}.") from None


def read_grey(content: bytes, name: str, longest: int) -> Photo:
    """Return a digit's small picture as it is, in grey: uint8 (h, w), upright, alpha as in `read_photo`.

    Raises:
        DataError: it is no picture, has a side of more than `longest` pixels, or cannot be read.
    """
    with _told(name), io.BytesIO(content) as stream:
        if what := kind_of(content[:4096], name):
            raise DataError(f"{name} is {what}, no picture: {_EXPECTED_SMALL}.")
        with _opened(stream, name, SMALL_FORMATS, _EXPECTED_SMALL) as picture:
            if max(picture.size) > longest:
                size = f"{picture.width:,}×{picture.height:,} pixels"
                raise DataError(f"{name} has {size}, expected a digit of 28×28, at most {longest:,} a side.")
            return _upright(_grey(picture), picture)


def resized(grey: Photo, side: int) -> Photo:
    """Return grey values uint8 (h, w) as (side, side), averaged over areas where they were more."""
    if grey.shape == (side, side):
        return grey
    way = Image.Resampling.BOX if max(grey.shape) >= side else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(grey).resize((side, side), way))


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Say in one sentence what a picture's reader trips over, but for a file that is not there."""
    try:
        yield
    except (DataError, FileNotFoundError):
        raise
    except Image.DecompressionBombError as error:
        raise DataError(
            f"{name} has too many pixels, expected at most {MOST_MEGAPIXELS} megapixels: make it smaller."
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
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if source.exists() and not source.is_file():  # a pipe to which nobody writes would be waited for
        raise DataError(f"{source} is a folder or a device, expected a picture.")
    return source.open("rb")


def _read(stream: BinaryIO, name: str) -> Photo:
    head = stream.read(4096)
    stream.seek(0)
    if what := kind_of(head, name):
        raise DataError(f"{name} is {what}, no picture: {EXPECTED}.")
    if is_heif(head):
        return _heif(stream, name)
    with _opened(stream, name, FORMATS, EXPECTED) as picture:
        _check(picture.size, picture.format or "", name)
        if _DNG in getattr(picture, "tag_v2", ()):
            raise DataError(f"{name} is a camera's raw picture: save it as JPEG first.")
        return _upright(_small(picture), picture)


def _opened(stream: BinaryIO, name: str, formats: Sequence[str], expected: str) -> Image.Image:
    Image.init()
    try:
        return Image.open(stream, formats=[kind for kind in formats if kind in Image.OPEN])
    except UnidentifiedImageError:
        stream.seek(0)
        if stream.read(4) in _TIFF:
            told = "is a TIFF of a kind that cannot be read here: save it as PNG"
            raise DataError(f"{name} {told}.") from None
        raise DataError(f"{name} is no picture: {expected}.") from None


def _heif(stream: BinaryIO, name: str) -> Photo:
    """Return a picture as iPhones write it; its library turns it upright, and loads 26 MB when first asked.

    Its pixels are taken as they are decoded: as Pillow's picture they would be there twice.
    """
    from pillow_heif import open_heif

    heif = open_heif(stream, convert_hdr_to_8bit=True)
    _check(heif.size, "HEIF", name)
    pixels = np.asarray(heif)
    return np.asarray(_fitted(_strips(heif.size, lambda top, bottom: Image.fromarray(pixels[top:bottom]))))


def _check(size: tuple[int, int], kind: str, name: str) -> None:
    pixels, most = size[0] * size[1] / 1e6, _FEWER.get(kind, MOST_MEGAPIXELS)
    if pixels > MOST_MEGAPIXELS:
        raise DataError(
            f"{name} has {pixels:.0f} megapixels, expected at most {MOST_MEGAPIXELS}: make it smaller, "
            "or scan it with 300 dpi."
        )
    if pixels > most:
        raise DataError(
            f"{name} has {pixels:.0f} megapixels, of {kind} expected at most {most}: save it as JPEG or PNG."
        )


def _small(picture: Image.Image) -> Image.Image:
    """Return a picture in mode RGB, its longer side at most `SIDE`, not yet upright."""
    picture.draft(picture.mode, (SIDE, SIDE))
    picture.load()
    if picture.mode in _DEEP:
        return _fitted(Image.fromarray(_deep(picture)))
    return _fitted(_strips(picture.size, lambda top, bottom: picture.crop((0, top, picture.width, bottom))))


def _grey(picture: Image.Image) -> Image.Image:
    """Return a picture in mode L, each pixel as it is, not yet upright."""
    picture.load()
    if picture.mode in _DEEP:
        return Image.fromarray(_deep(picture))
    if picture.has_transparency_data:
        return _on_paper(picture.convert("RGBA")).convert("L")
    return picture if picture.mode == "L" else picture.convert("RGB").convert("L")


def _fitted(picture: Image.Image) -> Image.Image:
    plain = _on_paper(picture) if picture.mode == "RGBA" else picture.convert("RGB")
    plain.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    larger = -(-_LEAST // max(plain.size))
    return plain.resize((plain.width * larger, plain.height * larger), Image.Resampling.BICUBIC)


def _factor(size: tuple[int, int]) -> int:
    """Return by how much a picture is reduced before it is fitted."""
    return max(1, max(size) // SIDE)


def _strips(size: tuple[int, int], rows: Callable[[int, int], Image.Image]) -> Image.Image:
    """Return a picture of up to 8 bits reduced, in mode RGBA.

    Args:
        rows: returns the picture's rows from one to before another.
    """
    factor = _factor(size)
    width, height = (-(-length // factor) for length in size)
    small = Image.new("RGBA", (width, height))
    for top in range(0, height, _STRIP):
        strip = rows(top * factor, min((top + _STRIP) * factor, size[1])).convert("RGBA")
        small.paste(strip.reduce(factor), (0, top))
    return small


def _deep(picture: Image.Image) -> Photo:
    """Return a picture of more than 8 bits reduced, uint8 (h, w).

    White is the largest number of as many bits as its brightest pixel needs: scanners write 10, 12 or 14 of
    the 16 there are. Of numbers up to 1 white is 1.
    """
    factor = _factor(picture.size)
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
    return 255 - small if getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO else small


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
