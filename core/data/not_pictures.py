"""What a file is that people take for a picture, told by its first bytes."""

from pathlib import PurePath

_STARTS = {
    b"%PDF": "a PDF",
    b"%!PS": "PostScript",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"PK\x03\x04": "a zip archive or an Office document",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x1aE\xdf\xa3": "a film",
    b"FUJIFILMCCD-RAW": "a camera's raw picture",
    b"IIRO": "a camera's raw picture",
    b"IIRS": "a camera's raw picture",
    b"IIU\0": "a camera's raw picture",
    b"FOVb": "a camera's raw picture",
    b"{\\rtf": "a text document",
}
_BRANDS = {b"qt  ": "a film", b"isom": "a film", b"mp42": "a film", b"mp41": "a film", b"M4V ": "a film"}
_BRANDS |= {b"iso2": "a film", b"3gp4": "a film", b"3gp5": "a film", b"crx ": "a camera's raw picture"}
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_RAW = (".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw", ".raw")


def kind_of(head: bytes, name: str) -> str:
    """Return what a file is that starts like this and is surely no picture, such as "a PDF", else ""."""
    if not head:
        return "empty"
    if PurePath(name).suffix.lower() in _RAW:
        return "a camera's raw picture"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    found = next((what for start, what in _STARTS.items() if head.startswith(start)), "")
    return found or _text(head)


def _text(head: bytes) -> str:
    """Return what kind of text it is, or "" if it is none."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in head.lower():
        return "a drawing of shapes (SVG)"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith((b"p1", b"p2", b"p3", b"p4", b"p5", b"p6", b"pf", b"/* xpm", b"#define")):
        return ""  # pictures written as text, or that start with it
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return ""
    try:
        head[:-3].decode() if len(head) == 4096 else head.decode()
    except UnicodeDecodeError:
        return ""
    return "text"


def is_heif(head: bytes) -> bool:
    """Whether a file that starts like this is HEIC or HEIF, as iPhones write it."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF and b"avif" not in head[8:40]
