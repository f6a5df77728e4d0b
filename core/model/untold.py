"""What is told of fields that have no `Control` yet; once all have one, callers ask `kind` and this goes."""

from pydantic import BaseModel

from core.model.kind import Control, controls


def told(owner: type[BaseModel], name: str) -> Control:
    """Return what is told of a field, or the little that was known of it before it told of itself."""
    tries, by_factors = _RANGES.get(name, (None, False))
    old = Control(name, word=_WORDS.get(name, ""), tries=tries, by_factors=by_factors, alike=name in _ALIKE)
    return controls(owner).get(name, old)


def word(owner: type[BaseModel], name: str) -> str:
    """Return what a field is called in running text."""
    return told(owner, name).word or name.replace("_", " ")


_WORDS = {"batch_norm": "batch normalisation", "rate": "dropout rate"}
_ALIKE = ("activation", "batch_norm", "rate")
_RANGES: dict[str, tuple[tuple[float, float], bool]] = {
    "filters": ((8, 64), True),
    "kernel_size": ((3, 7), False),
    "pool_size": ((2, 4), False),
    "negative_slope": ((0, 0.3), False),
    "rate": ((0, 0.6), False),
    "units": ((16, 256), True),
    "rotation": ((0, 20), False),
    "zoom": ((0, 0.2), False),
    "width_shift": ((0, 0.2), False),
    "height_shift": ((0, 0.2), False),
}
