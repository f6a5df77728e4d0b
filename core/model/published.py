"""What others have published on MNIST's 10,000 test images, each with how the figure was chosen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A figure from elsewhere.

    Attributes:
        source: who and where.
        what: of what network or networks.
        accuracy: on the 10,000 test images, a share.
        chosen: how this figure was chosen among others.
    """

    source: str
    what: str
    accuracy: float
    chosen: str


PUBLISHED = (
    Published(
        "Deotte 2018, “25 Million Images”",
        "one network, mean over 1,500",
        0.99641,
        "nothing chosen",
    ),
    Published(
        "Deotte 2018, “25 Million Images”",
        "15 networks together, mean over 100 trials",
        0.99745,
        "nothing chosen",
    ),
    Published(
        "Deotte 2018, “25 Million Images”",
        "15 networks together",
        0.9979,
        "the best of the trials on the test images",
    ),
    Published(
        "An, Lee, Park, Yang & So 2020",
        "one network of 3×3, 5×5 or 7×7 convolutions",
        0.9970,
        "last epoch",
    ),
    Published(
        "An, Lee, Park, Yang & So 2020",
        "one network of 3×3, 5×5 or 7×7 convolutions",
        0.9979,
        "the best epoch and network on the test images",
    ),
    Published(
        "An, Lee, Park, Yang & So 2020",
        "a majority of three networks",
        0.9987,
        "the best of many triples on the test images",
    ),
    Published(
        "Doucet, residual networks of 11 epochs",
        "one network, mean over 30",
        0.99748,
        "last epoch",
    ),
)
"""All were trained on MNIST's 60,000 training images; the presentation's setting has 37,800."""
