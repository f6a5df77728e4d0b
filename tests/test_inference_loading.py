"""What TensorFlow says while it comes up is kept from the terminal; everything else gets there."""

import os
import re
import subprocess
import sys

import pytest

from core.home import PROJECT
from core.inference import loading

NOISE = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795652734.601395   12362 port.cc:153] oneDNN custom operations are on.
I0000 00:00:1795652734.604277   12362 cudart_stub.cc:31] Could not find cuda drivers on your machine.
2026-11-26 01:02:03.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is optimized.
To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow.
"""
CUDA = "E0000 00:00:1795652737.129817   12362 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)"
NEWS = """\
E0000 00:00:1795652737.129817   12362 allocator.cc:9] out of memory
F0000 00:00:1795652737.129817   12362 cpu_feature_guard.cc:37] compiled to use AVX, which this machine has not
ImportError: libtensorflow.so: cannot open shared object file
"""
SCRIPT = """
import os, sys
from core.inference.loading import _without
with _without(sys.argv[1]):
    os.write(2, sys.argv[2].encode())
    print("Python, too", file=sys.stderr)
    if sys.argv[3] == "dies":
        os.abort()
os.write(2, b"I0000 00:00:1.2 afterwards")
"""


@pytest.mark.parametrize("end", ["lives", "dies"])
def test_known_lines_are_kept_back_and_all_others_pass_even_the_last_words(end: str) -> None:
    command = [sys.executable, "-c", SCRIPT, loading.known_lines(), NOISE + NEWS, end]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240)
    assert (done.returncode == 0) == (end == "lives")
    last = "I0000 00:00:1.2 afterwards" if end == "lives" else ""
    assert done.stderr == f"{NEWS}Python, too\n{last}"


@pytest.mark.parametrize("gpu", [False, True])
def test_a_gpu_that_fails_is_news_only_where_there_is_one(gpu: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_GPU", ("/dev/null",) if gpu else ("/dev/no such device",))
    assert bool(re.search(loading.known_lines(), CUDA)) == (not gpu)


@pytest.mark.parametrize(
    ("machine", "before", "after"),
    [("x86_64", None, "1"), ("AMD64", None, "1"), ("x86_64", "0", "0"), ("arm64", None, None)],
)
def test_processors_with_avx2_compute_with_onednn_too_unless_somebody_has_said_otherwise(
    machine: str, before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.platform, "machine", lambda: machine)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", before or "")
    if before is None:
        monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS")
    loading.set_up()
    assert os.environ.get("TF_ENABLE_ONEDNN_OPTS") == after
