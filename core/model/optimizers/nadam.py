"""Adam whose mean looks one step ahead, as Nesterov's momentum does (Dozat 2016)."""

from typing import Literal

from core.model.optimizers.moments import Moments


class Nadam(Moments):
    title = "Nadam"
    keras_class = "Nadam"

    kind: Literal["nadam"] = "nadam"
