"""Fading means of gradients and of their squares, corrected for their start (Kingma & Ba 2015)."""

from typing import Literal

from core.model.optimizers.moments import Moments


class Adam(Moments):
    title = "Adam"
    keras_class = "Adam"

    kind: Literal["adam"] = "adam"
