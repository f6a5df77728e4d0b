"""The buttons that play a figure's frames."""

from typing import Any

TITLE_ON_TOP = {"y": 1, "yanchor": "top", "pad": {"t": 10}}
"""Where the title of a figure with such buttons stands: else in the middle of the margin, under them."""


def play_buttons(milliseconds: int, *, redraw: bool) -> dict[str, Any]:
    """Return a menu for `updatemenus`: Play, each frame for so long, and Pause; above the plot, at its left.

    Args:
        redraw: whether frames change more than the data of scatter traces.
    """
    now = {"transition": {"duration": 0}, "mode": "immediate"}
    play = {"frame": {"duration": milliseconds, "redraw": redraw}, "fromcurrent": True} | now
    pause = {"frame": {"duration": 0, "redraw": redraw}} | now
    return {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "pad": {"b": 6},
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, play]},
            {"label": "❚❚ Pause", "method": "animate", "args": [[None], pause]},
        ],
    }
