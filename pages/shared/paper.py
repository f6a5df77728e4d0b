"""A page on paper, without what is clicked, dark on white; and the button that prints it."""

from pathlib import Path

from pages.shared.modules import component

_HTML = """
<button type="button" class="digits-print" title="What is shown now, on paper or as PDF">Print</button>
<p class="digits-paper-note"></p>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def print_button(note: str) -> None:
    """Draw the button that prints the page; with it any printing of the page is made for paper.

    Args:
        note: what stands on the paper alone, such as which part of the page is not on it.
    """
    draw = component("digits_paper", _HTML, _CSS, "paper.js")
    draw(key="paper", data={"note": note}, width=90, height="content")
