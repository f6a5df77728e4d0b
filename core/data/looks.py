"""Whether images are what they seem: upright, white on black, 0 to 255 and placed as MNIST's are.

Each question is asked of a sample that the answers before it have mended. How images lie is told by a
classifier that knows MNIST (`likeness`): with labels by how many of them it reads rightly under each of the
eight symmetries of the square, without labels by the one under which images look most like digits. Where two
of the eight do nearly as well, as with 0s, 1s and 8s alone, nothing is said.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.likeness import likelihoods
from core.data.mending import (
    FULL,
    STRONG,
    UPRIGHTED,
    Images,
    Mending,
    Turn,
    black_on_white,
    border,
    inverted,
    placed,
    stretched,
)
from core.words import listed

SAMPLE = 600
"""Images that are looked at."""
_SURE = 1e-4
"""One-sided p of the exact test that one way to lie does better than another."""
_READ, _LEAD = 0.5, 0.25
"""Share that is read rightly once mended, at the least, and by how much more than any other way to lie."""
_LIKE, _TWICE, _DIGITS, _OFTEN = 0.4, 2, 5, 0.03
"""Without labels: share of the images that look most like digits so, how many times the share of any other
way, and how many digits must each be that share of what is read."""
_INVERTED = 0.1
"""Share of images that are black on white from which on it is said."""
_BRIGHT, _GROUND = 200, 16
"""What the brightest pixel and the background must reach and not exceed: MNIST's are 254 or 255, and 0."""
_EVEN = 32
"""How far the first quarter and the last tenth of a border may be apart that is nothing but background."""
_SIDES = 16, 24
"""Pixels of the longer side of a digit; MNIST's have 20."""
_MIDDLE, _OFF = 14, 1.5
"""Where MNIST's centres of mass lie, counted from 0, and how far from it is off. None is off by more than
0.52; images that were mirrored are off by one."""
_EDGE, _CLEAN = [0, 1, -2, -1], 0.7
"""Of the pixels in the corners this share must be paper before what is on the images can be placed."""


@dataclass(frozen=True)
class Looks:
    """What images seem to be, and what it rests on.

    Attributes:
        mending: what makes them like MNIST's; false if nothing stands out.
        dark: share of them that is black on white.
        off, side: how far the centre of mass lies from MNIST's, and the longer side of the digit, in pixels.
        images: how many were looked at.
        before, after: share of those that the classifier reads rightly as they are and once mended; None
            without labels.
    """

    mending: Mending
    dark: float
    off: float
    side: float
    images: int
    before: float | None
    after: float | None

    @property
    def faults(self) -> list[str]:
        """What is not as in MNIST, in a few words each."""
        mending, found = self.mending, []
        if mending.white is not None:
            some = "they are" if self.dark > 1 - _INVERTED else f"{self.dark:.0%} of them are"
            found.append(f"{some} black on white instead of white on black")
        if (mending.ground, mending.top) != (0, FULL):
            found.append(f"their values go from {mending.ground} to {mending.top} instead of 0 to {FULL}")
        if mending.turn is not Turn.UPRIGHT:
            found.append(f"they are {mending.turn}")
        if mending.placed:
            found.append(self._misplaced())
        return found

    def mended(self, pool: Dataset) -> Dataset:
        """Return a data set after mending, under a name that says so; itself if there is nothing to mend."""
        if not self.mending:
            return pool
        name = f"{pool.name[:140]}, {self.mending.done}"
        return Dataset(name, self.mending.mended(pool.images), pool.labels)

    def _misplaced(self) -> str:
        if not _SIDES[0] <= self.side <= _SIDES[1]:
            return f"their digits are {self.side:.0f} pixels large instead of 20"
        return f"their digits are off the centre by {self.off:.0f} pixels"

    @property
    def sentence(self) -> str:
        """What seems to be so and what it rests on, or nothing if nothing stands out."""
        if not self.mending:
            return ""
        return f"These images are not as MNIST's: {listed(self.faults)}.{self._evidence()}"

    def _evidence(self) -> str:
        if self.before is None or self.after is None:
            return ""
        return (
            f" A simple classifier that learned from MNIST reads {self.before:.0%} of them rightly as they "
            f"are, {self.after:.0%} once mended ({self.images:,} looked at)."
        )


def look(images: Images, labels: NDArray[np.uint8] | None = None) -> Looks:
    """Return what images uint8 (n, 28, 28) seem to be; labels uint8 (n,), if known, make it surer.

    At most `SAMPLE` of them are looked at, always the same. Empty ones are passed over.
    """
    places = np.sort(np.random.default_rng(0).permutation(len(images))[:SAMPLE])
    sample = images[places]
    filled = sample.max(axis=(1, 2)) > sample.min(axis=(1, 2))
    if not filled.any():
        return Looks(Mending(), 0.0, 0.0, 0.0, 0, None, None)
    return _look(sample[filled], None if labels is None else labels[places][filled])


def _look(raw: Images, labels: NDArray[np.uint8] | None) -> Looks:
    white = int(raw.max())
    dark = float(black_on_white(raw, white).mean())
    images = inverted(raw, white) if dark >= _INVERTED else raw
    ground, top = _range(images)
    images = stretched(images, ground, top)
    clean = float((images[:, _EDGE][:, :, _EDGE] <= STRONG).mean()) >= _CLEAN
    turn = _turn(_comparable(images) if clean else images, labels)
    off, side = _place(UPRIGHTED[turn](images))
    misplaced = clean and (off > _OFF or not _SIDES[0] <= side <= _SIDES[1])
    mending = Mending(white if dark >= _INVERTED else None, ground, top, turn, misplaced)
    before = after = None
    if labels is not None:
        before, after = _read(raw, labels), _read(mending.mended(raw), labels)
    return Looks(mending, dark, off, side, len(raw), before, after)


def _range(images: Images) -> tuple[int, int]:
    """Return the values that stand for the background and for full ink."""
    (low, high), top = np.median(border(images)[:, [27, 97]], axis=0).astype(int), int(images.max())
    ground = int(high) if _GROUND < low <= high < top and high - low <= _EVEN else 0
    return (0, FULL) if not ground and top >= _BRIGHT else (ground, top)


def _read(images: Images, labels: NDArray[np.uint8]) -> float:
    return float((likelihoods(images).argmax(axis=1) == labels).mean())


def _comparable(images: Images) -> Images:
    """Return images placed as MNIST's, by whole pixels where their size will do."""
    _, side = _place(images)
    if not _SIDES[0] <= side <= _SIDES[1]:
        return placed(images)
    off, result = np.rint(_off_centre(images)).astype(int), np.empty_like(images)
    for down, right in np.unique(off, axis=0):
        alike = (off == (down, right)).all(axis=1)
        result[alike] = np.roll(images[alike], (-down, -right), axis=(1, 2))
    return result


def _off_centre(images: Images) -> NDArray[np.float32]:
    """Return how far each centre of mass lies from MNIST's, down and to the right: float32 (n, 2)."""
    lines, columns = (images.sum(axis=axis, dtype=np.float32) for axis in (2, 1))
    mass, steps = lines.sum(axis=1), np.arange(28, dtype=np.float32)
    off: NDArray[np.float32] = np.stack([lines @ steps / mass, columns @ steps / mass], axis=1) - _MIDDLE
    return off


def _place(images: Images) -> tuple[float, float]:
    """Return the medians of how far centres of mass are off, in the worse direction, and of longer sides."""
    off = abs(_off_centre(images)).max(axis=1)
    strong = images > STRONG
    sides = np.maximum(_length(strong.any(axis=1)), _length(strong.any(axis=2)))
    return float(np.median(off)), float(np.median(sides))


def _length(there: Any) -> NDArray[np.int64]:
    """Return how far it is from the first to the last in rows bool (n, 28): int64 (n,)."""
    length: NDArray[np.int64] = 28 - there.argmax(axis=1) - there[:, ::-1].argmax(axis=1)
    return length


def _turn(images: Images, labels: NDArray[np.uint8] | None) -> Turn:
    """Return how images lie that are white on black and placed; upright if it is not clear."""
    # The middle of 29 pixels stays where it is when they are turned, MNIST's 14 among 28 would not.
    wide = np.pad(images, ((0, 0), (0, 1), (0, 1)))
    found = np.stack([likelihoods(upright(wide)[:, :28, :28]) for upright in UPRIGHTED.values()])
    best = _best_liked(found) if labels is None else _best_read(found, labels)
    return Turn.UPRIGHT if best is None else list(UPRIGHTED)[best]


def _best_read(found: NDArray[np.float64], labels: NDArray[np.uint8]) -> int | None:
    """Return which of t ways to lie is read rightly more often than all others, of likelihoods (t, n, 10)."""
    right = found.argmax(axis=2) == labels
    shares = right.mean(axis=1)
    best = int(shares.argmax())
    others = [other for other in range(len(right)) if other != best]
    if shares[best] < _READ or shares[best] - shares[others].max() < _LEAD:
        return None
    pairs = [(int((right[best] & ~right[o]).sum()), int((~right[best] & right[o]).sum())) for o in others]
    return best if all(_more(won, lost) for won, lost in pairs) else None


def _best_liked(found: NDArray[np.float64]) -> int | None:
    """Return under which of t ways to lie most images look most like digits, of likelihoods (t, n, 10)."""
    votes = np.bincount(np.logaddexp.reduce(found, axis=2).argmax(axis=0), minlength=len(found))
    *_, second, best = np.argsort(votes, kind="stable")
    often = np.bincount(found[best].argmax(axis=1), minlength=10) >= _OFTEN * found.shape[1]
    if votes[best] < max(_LIKE * votes.sum(), _TWICE * votes[second]) or often.sum() < _DIGITS:
        return None
    return int(best) if _more(int(votes[best]), int(votes[second])) else None


def _more(won: int, lost: int) -> bool:
    """Return whether so many wins are more than a coin's (the sign test)."""
    from scipy.stats import binomtest

    return bool(binomtest(won, max(won + lost, 1), alternative="greater").pvalue < _SURE)
