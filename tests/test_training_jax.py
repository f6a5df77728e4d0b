"""A training on Keras' JAX, as `reproduce` uses it where there is a GPU: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.training.threads import AT_ONCE, WITHIN

ROOT = Path(__file__).parents[1]


def test_a_run_on_jax_ends_with_its_answers(tmp_path: Path) -> None:
    spec = RunSpec(
        layers=(L.Conv2D(filters=2, batch_norm="before"), L.Flatten()), data=Data(images=400), epochs=1
    )
    (tmp_path / "spec.json").write_text(spec.model_dump_json(), encoding="utf-8")
    two_cores = {WITHIN: "1", AT_ONCE: "2"}  # where TensorFlow would be asked for two batches at once
    ran = subprocess.run(
        [sys.executable, "-m", "core", "train", "--spec", str(tmp_path / "spec.json"), "--json"],
        cwd=ROOT,
        env=os.environ | two_cores | {"KERAS_BACKEND": "jax", "DIGITS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    told = json.loads(ran.stdout)
    assert told["status"] == "finished", ran.stderr
    assert told["kept_epoch"] == 1
    assert told["test_accuracy"] > 0.1
