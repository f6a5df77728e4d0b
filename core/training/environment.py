"""What a run was made with, so that it can be made again."""

import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import keras

from core.processor import instructions, model_name

PACKAGES = (
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "streamlit",
)


def environment() -> dict[str, str | int]:
    """Return versions, backend and machine of this process, for people and for JSON."""
    found = {name: _version(name) for name in PACKAGES}
    return {
        "python": platform.python_version(),
        **{name: number for name, number in found.items() if number},
        "keras backend": keras.backend.backend(),
        "device": device(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        **_processor(),
    }


def _processor() -> dict[str, str]:
    """Return what the processor calls itself and its instructions for networks, where that is told."""
    named = {"processor": model_name(), "instructions": ", ".join(instructions())}
    return {name: value for name, value in named.items() if value}


def device() -> str:
    """Return the kind of device that Keras computes on: "cpu", "gpu" or "tpu"."""
    kinds = {name.partition(":")[0].lower() for name in keras.distribution.list_devices()}
    return next((kind for kind in ("tpu", "gpu") if kind in kinds), "cpu")


@cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
