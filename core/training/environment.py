"""What a run was made with, so that it can be made again."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import keras

PACKAGES = ("tensorflow", "jax", "keras", "numpy", "scipy", "scikit-learn", "pandas", "streamlit")


def environment() -> dict[str, str | int]:
    """Return versions, backend and machine of this process, for people and for JSON."""
    found = {name: _version(name) for name in PACKAGES}
    return {
        "python": platform.python_version(),
        **{name: number for name, number in found.items() if number},
        "keras backend": keras.backend.backend(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
