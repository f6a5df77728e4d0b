"""The numbers a network computes with while it trains, and where it may."""

from typing import Literal

from core.errors import SpecError

Precision = Literal["float32", "bfloat16"]
"""Of either the weights, and whatever a trained network answers, are float32."""


def check_precision(precision: Precision, has_bfloat16: bool) -> None:
    """Refuse bfloat16 on a processor that would have to emulate it.

    Raises:
        SpecError: it would.
    """
    if precision == "bfloat16" and not has_bfloat16:
        raise SpecError(
            "The processor here does not multiply in bfloat16 (AVX512-BF16 or AMX) and would take many times "
            "as long: set the number format to float32."
        )
