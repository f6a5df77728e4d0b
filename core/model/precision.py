"""The numbers a network computes with while it trains, and where it may."""

from typing import Literal

from core.errors import SpecError
from core.processor import has_bfloat16

Precision = Literal["float32", "bfloat16"]
"""Of either the weights, and whatever a trained network answers, are float32."""


def can_compute_in(precision: Precision) -> bool:
    """Return whether the processor here computes in a precision without having to emulate it."""
    return precision == "float32" or has_bfloat16()


def check_precision(precision: Precision) -> None:
    """Refuse a precision that the processor here would have to emulate.

    Raises:
        SpecError: it would.
    """
    if not can_compute_in(precision):
        raise SpecError(
            "The processor here does not multiply in bfloat16 (AVX512-BF16 or AMX) and would take many times "
            "as long: set the number format to float32."
        )
