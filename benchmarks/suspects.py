"""`python -m benchmarks.suspects`: how many planted wrong labels are found, in what time: about a minute."""

import time

import numpy as np

from core.analysis.suspects import Planted, draw, planted
from core.data import mnist

IMAGES, SEEDS = 5000, 10


def measure(seed: int) -> Planted:
    """Flip 2% of the labels of 5,000 MNIST images and look for them."""
    pool = mnist.training()
    places = draw(pool.labels, IMAGES, seed=seed)
    return planted(pool.images[places], pool.labels[places], seed=seed)


def main() -> None:
    start = time.monotonic()
    found = [measure(seed) for seed in range(SEEDS)]
    seconds = (time.monotonic() - start) / SEEDS
    recalls = np.array([one.recall for one in found])
    accuracy = np.mean([one.accuracy for one in found])
    print(
        f"{IMAGES:,} images, {found[0].flips} flipped, {SEEDS} seeds: recall {recalls.mean():.1%} "
        f"({recalls.min():.0%} to {recalls.max():.0%}), accuracy {accuracy:.1%}, {seconds:.1f} s each"
    )


if __name__ == "__main__":
    main()
