"""A link as a QR code."""

import io

import segno


def qr_code(link: str) -> bytes:
    """Return a PNG, black on white whatever is around it, that a telephone reads across a room."""
    picture = io.BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
