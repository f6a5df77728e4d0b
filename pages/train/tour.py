"""A tour of five steps through the Train page and what follows it: a card beside what it speaks of.

It never begins by itself. The card lives in the browser alone; no step runs the script.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from pages.shared.modules import component


@dataclass(frozen=True)
class Step:
    """One card.

    Attributes:
        target: a CSS selector of what it speaks of; where nothing is shown of it, the words must do.
        most: how many of what the selector finds are meant, the first ones.
    """

    title: str
    text: str
    target: str
    most: int = 1


STEPS = (
    Step(
        "Choose a network",
        "A preset is a whole recipe: layers, optimizer, epochs. Quick start learns in half a minute; one is "
        "broken on purpose. Below, all of it can be changed.",
        ".st-key-start .stSelectbox",
    ),
    Step(
        "See what it is made of",
        "An image enters at the left, ten probabilities leave at the right. Each box is a layer: click it to "
        "read what it does and what it costs.",
        ".digits-network",
    ),
    Step(
        "Train it",
        "The curves grow while it learns, its mistakes beside them. It trains on the server: you may leave "
        "the page and come back, pause it, or stop it and keep the best.",
        ".st-key-train",
    ),
    Step(
        "Look at its results",
        "Results, in the menu, says how good it is on images that it never saw, which digits it takes for "
        "which, and what an answer rests on.",
        'a[href$="/results"]',
    ),
    Step(
        "Compare it, draw for it",
        "Change one thing, train again, and Compare tells whether it helped. On Draw it reads your own "
        "writing. Ideas, beside them in the menu, shows how it all works.",
        'a[href$="/compare"], a[href$="/draw"]',
        most=2,
    ),
)
_HTML = """
<div class="digits-tour">
  <button type="button" class="digits-tour-open"></button>
  <button type="button" class="digits-tour-close">✕ Close</button>
  <div class="digits-tour-card" role="dialog" popover="manual">
    <span class="digits-tour-count"></span>
    <p><strong class="digits-tour-title"></strong></p>
    <p class="digits-tour-text" aria-live="polite"></p>
    <div class="digits-tour-keys">
      <button type="button" class="digits-tour-back" aria-label="Back">←</button>
      <button type="button" class="digits-tour-next"></button>
      <button type="button" class="digits-tour-leave">Leave</button>
    </div>
  </div>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def tour() -> None:
    """Draw the link that begins the tour, at the page's foot, and keep its cards ready."""
    _component("tour", "Tour of this page in five steps", [asdict(step) for step in STEPS])


def tour_offer(cookie: str, on_close: Callable[[], None]) -> None:
    """Draw a link that begins the tour too, and a way to close what it stands in.

    Args:
        cookie: the name of the cookie that is set where it is closed, for a year.
    """
    _component("tour.offer", "New here? A tour in five steps", [], cookie, on_close)


def _component(
    key: str,
    label: str,
    steps: list[dict[str, object]],
    closes: str = "",
    on_close: Callable[[], None] | None = None,
) -> None:
    data = {"label": label, "steps": steps, "closes": closes}
    answers = {"on_closed_change": on_close} if on_close else {}
    draw = component("digits_tour", _HTML, _CSS, "tour.js")
    draw(key=key, data=data, height="content", **answers)
