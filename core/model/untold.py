"""What is told of fields that have no `Control` yet; once all have one, callers ask `kind` and this goes."""

from pydantic import BaseModel

from core.model.kind import Control, controls


def told(owner: type[BaseModel], name: str) -> Control:
    """Return what is told of a field, or the little that was known of it before it told of itself."""
    return controls(owner).get(name, Control(name, tries=_RANGES.get(name)))


def word(owner: type[BaseModel], name: str) -> str:
    """Return what a field is called in running text."""
    return told(owner, name).word or name.replace("_", " ")


_RANGES: dict[str, tuple[float, float]] = {
    "rotation": (0, 20),
    "zoom": (0, 0.2),
    "width_shift": (0, 0.2),
    "height_shift": (0, 0.2),
}
