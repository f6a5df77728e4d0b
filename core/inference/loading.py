"""Keras and TensorFlow loaded into a process, without what they write to every terminal while they come up.

Their libraries write some lines before any setting can keep them from it, so what the process writes to its
standard error goes through another process meanwhile. That one passes on all it does not know, at once and
also where this one dies of what it says.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

GREETINGS = (
    r"^WARNING: All log messages before absl::InitializeLog\(\) is called",
    r"^I\d{4} \d\d:\d\d:\d+\.",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: I ",
    r"^To enable the following instructions: ",
)
WITHOUT_GPU = (r"failed call to cuInit", r"Unable to register cu(BLAS|DNN|FFT) factory", r"TF-TRT Warning")
"""What is said on every machine without a GPU; on others it is news."""
_UNUSED = ("jax", "matplotlib", "pandas")
"""What Keras, TensorFlow and scikit-learn, which Keras loads too, import where they find it, though nobody
here needs it: 90 MB and a second or two of each worker's start."""
_X86 = ("x86_64", "AMD64")
_GPU = ("/dev/nvidiactl", "/dev/dxg")
_SIEVE = """
import re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that loads
known = re.compile(sys.argv[1].encode())
for line in iter(sys.stdin.buffer.readline, b""):
    if not known.search(line):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
"""


def load_keras() -> None:
    """Import Keras, and have TensorFlow look for the devices it can use."""
    if "keras" in sys.modules:
        return
    set_up()
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    with _without(known_lines()), _hidden(name for name in _UNUSED if name != backend):
        import keras

        keras.ops.zeros(1)


def set_up() -> None:
    """Set what Keras and TensorFlow read when they are loaded, unless somebody has set it otherwise.

    Keras' own file of settings (`~/.keras/keras.json`, or one in `/tmp`, where anybody may have put it) is
    other programs': their backend may not be here, and float16 or another order of axes gives other numbers.

    By itself TensorFlow computes with oneDNN only on processors with AVX-512's instructions for networks. On
    those with AVX2 it then takes convolutions of its own, which need two to four times as long.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_HOME", os.devnull)  # no folder, so no file is read or written there
    if platform.machine() in _X86:
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextmanager
def _hidden(packages: Iterable[str]) -> Iterator[None]:
    """Have packages look as if they were not installed, but for those that are there already."""
    hidden = [name for name in packages if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # Python's sign for "not to be found"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def known_lines() -> str:
    """Return the regular expression of the lines that mean nothing on this machine."""
    gpu = any(Path(device).exists() for device in _GPU)
    return "|".join(GREETINGS if gpu else GREETINGS + WITHOUT_GPU)


@contextmanager
def _without(known: str) -> Iterator[None]:
    """Keep lines that match `known` from the standard error of this process, C code's too."""
    sys.stderr.flush()
    own = os.dup(2)
    command = [sys.executable, "-I", "-S", "-c", _SIEVE, known]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=own) as sieve:
        assert sieve.stdin is not None
        os.dup2(sieve.stdin.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(own, 2)
            os.close(own)
