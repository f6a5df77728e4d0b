"""A whole configuration as a short text that fits into an address, and back."""

import base64
import binascii
import json
import zlib
from functools import lru_cache

from core.errors import SpecError
from core.model.specs import RunSpec, parse

LONGEST_LINK = 4_000
"""Characters; forty layers with every value changed come to about half of it."""
LARGEST_SPEC = 100_000
"""Bytes of JSON that a link may unpack to."""


@lru_cache(maxsize=1_000)
def to_link(spec: RunSpec) -> str:
    """Return a spec as URL-safe text; values at their defaults are left out."""
    layers = [{"kind": layer.kind} | layer.model_dump(exclude_defaults=True) for layer in spec.layers]
    values = spec.model_dump(exclude_defaults=True) | {"layers": layers}
    for part in ("optimizer", "schedule"):
        if part in values:
            values[part] = {"kind": getattr(spec, part).kind} | values[part]
    text = json.dumps(values, separators=(",", ":"), sort_keys=True)
    packed = zlib.compress(text.encode(), level=9, wbits=-15)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_link(text: str) -> RunSpec:
    """Return the spec that `to_link` wrote.

    Raises:
        SpecError: the text is damaged, too long, or describes nothing that can be trained.
    """
    if len(text) > LONGEST_LINK:
        raise SpecError(
            f"The configuration in the link has {len(text):,} characters, at most {LONGEST_LINK:,} are read."
        )
    return parse(_unpacked(text))


def _unpacked(text: str) -> str:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=-15)
        content = unpacker.decompress(packed, LARGEST_SPEC)
        if unpacker.unconsumed_tail:
            raise SpecError("The configuration in the link unpacks to more than can be a configuration.")
        if not unpacker.eof:
            raise SpecError("The configuration in the link is cut off: copy the whole link.")
        return content.decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError("The configuration in the link is damaged: copy the whole link.") from None
