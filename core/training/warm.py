"""What a waiting worker has done before its first job: imports, data in memory, one short epoch."""

import numpy as np

import core.training.job  # noqa: F401 - brings Keras and all that a job needs
from core.data import mnist
from core.data.prepare import split
from core.model.build import compile_model
from core.model.presets import PRESETS
from core.training.batches import Batches
from core.training.loop import Loop


def warm() -> None:
    """Load MNIST and let a network train, validate and predict once, so that no run does it first."""
    mnist.test()
    spec = PRESETS["quick-start"].spec
    split(mnist.training().labels, spec.data)  # brings what is loaded at its first use
    model = compile_model(spec)
    x, y = np.zeros((spec.batch_size, 28, 28, 1), np.float32), np.eye(10, dtype=np.float32)[:1]
    labels = np.repeat(y, len(x), axis=0)
    Loop(model, (x, labels), []).run(Batches(x, labels, len(x), spec.augmentation, spec.seed), 0, 1)
    model.predict_on_batch(x)
