"""Functions private to Streamlit, in whose places ours stand.

This holds for the version in `requirements.txt`, as tests show of each; where a later one has them no more,
nothing is changed.
"""

from collections.abc import Callable, Mapping
from typing import Any

_OURS = "of_digits"

Function = Callable[..., Any]


def stand_in(owner: Any, makers: Mapping[str, Callable[[Function], Function]]) -> None:
    """Put ours in place of functions of a class or module, once, and only if all of them are there.

    Args:
        makers: by a function's name what makes ours of Streamlit's.
    """
    theirs = {name: getattr(owner, name, None) for name in makers}
    if any(function is None or hasattr(function, _OURS) for function in theirs.values()):
        return
    for name, make in makers.items():
        ours = make(theirs[name])
        setattr(ours, _OURS, True)
        setattr(owner, name, ours)
