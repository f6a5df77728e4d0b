"""What a waiting worker has done before its first job: imports, data in memory, one compiled step."""

import numpy as np

import core.training.job  # noqa: F401 - brings Keras and all that a job needs
from core.data import mnist
from core.data.prepare import split
from core.model.build import compile_model
from core.model.presets import PRESETS


def warm() -> None:
    """Load MNIST and let Keras train and predict once, so that its first use is not a run's."""
    mnist.test()
    spec = PRESETS["quick-start"].spec
    split(mnist.training().labels, spec.data)  # brings what is loaded at its first use
    model = compile_model(spec)
    x, y = np.zeros((spec.batch_size, 28, 28, 1), np.float32), np.eye(10, dtype=np.float32)[:1]
    model.fit(x, np.repeat(y, len(x), axis=0), verbose=0)
    model.predict(x, verbose=0)
