"""The groups of settings that a class may leave to its pupils; together they are all fields of a spec."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """Settings that pupils may touch together: what they are called, and the fields of `RunSpec` they are."""

    title: str
    fields: tuple[str, ...]


SETTINGS = {
    "layers": Group("the layers of the network", ("layers",)),
    "optimizer": Group("optimizer and learning rate", ("optimizer", "schedule")),
    "epochs": Group(
        "epochs, batch size and early stopping",
        ("epochs", "batch_size", "early_stopping", "continued"),  # to train longer is to choose more epochs
    ),
    "seed": Group("the seed", ("seed",)),
    "more": Group(
        "more about the training",
        ("label_smoothing", "weight_averaging", "kept_epoch", "batch_doublings", "precision"),
    ),
    "data": Group("images and their split", ("data",)),
    "augmentation": Group("augmentation", ("augmentation",)),
}
"""By name, in the order of the Train page."""


def group_of(path: str) -> str:
    """Return the name of the group that a setting at a path, such as "layers.3.rate", belongs to."""
    field = path.partition(".")[0]
    return next(name for name, group in SETTINGS.items() if field in group.fields)
