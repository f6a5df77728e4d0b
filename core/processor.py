"""What the processor of this machine is and what it can do, as Linux tells it; elsewhere nothing is known."""

from functools import cache
from pathlib import Path

TOLD = Path("/proc/cpuinfo")
FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
"""What decides how fast a network trains, slowest first."""
BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16"})
"""Either multiplies bfloat16 in hardware. TensorFlow also does it where there is none of them, by emulation
that takes up to a hundred times as long, so that it cannot be asked."""


@cache
def told() -> dict[str, str]:
    """Return what Linux says of the first core, such as {"model name": …, "flags": …}."""
    if not TOLD.exists():
        return {}
    first = TOLD.read_text(encoding="utf-8").split("\n\n", 1)[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def model_name() -> str:
    """Return what the processor calls itself, or nothing."""
    return told().get("model name", "")


def instructions() -> list[str]:
    """Return those of `FLAGS` that this processor has."""
    has = told().get("flags", "").split()
    return [flag for flag in FLAGS if flag in has]


def has_bfloat16() -> bool:
    """Return whether this processor multiplies bfloat16 in hardware."""
    return not BFLOAT16.isdisjoint(instructions())
