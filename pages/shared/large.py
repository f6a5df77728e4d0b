"""Words and a table in large type, whose size follows the width of the screen."""

from typing import Any

from core.analysis.intervals import interval
from core.names import isolated
from core.runs.records import Run
from core.words import percent, so_many
from pages.shared.modules import component

_HTML = '<section class="large"></section>'
_CSS = """
.large { color: var(--st-text-color); font-family: var(--st-font); line-height: 1.25; }
.large h1 { font-size: clamp(1.6rem, 3.4vw, 6rem); margin: 0; padding: 0; overflow-wrap: anywhere; }
.large .task { font-size: clamp(1.1rem, 1.9vw, 3.4rem); margin: 0.2em 0 0.6em; }
/* Accents piled on the letters of a name cover nothing beside it. */
.large h1, .large .task { overflow: clip; overflow-clip-margin: 0.15em; }
.large .headline { font-size: clamp(2rem, 4.6vw, 8rem); font-weight: 700; margin: 0; }
.large .note { font-size: clamp(1rem, 1.6vw, 2.8rem); margin: 0.6em 0 0; }
.large .beside { display: flex; gap: 2vw; align-items: flex-start; }
.large .rows { flex: 1; min-width: 0; display: grid; grid-auto-flow: column; column-gap: 3vw; }
.large .row {
  display: flex; gap: 0.6em; align-items: baseline; border-bottom: 1px solid var(--st-border-color);
  padding: 0.12em 0; font-size: clamp(1.2rem, 2.3vw, 4.2rem); min-width: 0;
}
.large .rows.one .row { font-size: clamp(1.3rem, 2.8vw, 5rem); }
.large .rows.two, .large .rows.many { column-gap: 2vw; grid-auto-columns: minmax(0, 1fr); }
.large .rows.two .row, .large .rows.many .row { gap: 0.3em; align-items: center; }
.large .rows.two .long, .large .rows.many .long {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal;
  overflow-wrap: anywhere; font-size: 0.66em; line-height: 1.15;
}
.large .rows.two .place, .large .rows.many .place { min-width: 1.8em; }
.large .rows.many .row { font-size: clamp(1.1rem, 2vw, 3.7rem); }
.large .rows.two .accuracy, .large .rows.many .accuracy { font-size: 0.85em; }
.large .rows.many + .join { width: clamp(7rem, 11vw, 22rem); }
.large .rows.many .interval { display: none; }
.large .place { min-width: 2.4em; text-align: right; font-variant-numeric: tabular-nums; opacity: 0.75; }
.large .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.large .accuracy { font-weight: 700; font-variant-numeric: tabular-nums; white-space: nowrap; }
.large .interval { font-size: 0.55em; opacity: 0.8; white-space: nowrap; }
.large .mark { min-width: 1em; color: var(--st-green-text-color, #1a9e77); }
.large .join { text-align: center; flex: none; width: clamp(7rem, 13vw, 22rem); }
.large .rows:empty { display: none; }
.large .join img { width: 100%; display: block; border-radius: 0.4rem; image-rendering: pixelated; }
.large .join p { font-size: clamp(0.9rem, 1.2vw, 2rem); margin: 0.3em 0 0; overflow-wrap: anywhere; }
.large .rows:empty + .join { width: auto; flex: 1; }
.large .rows:empty + .join img { width: clamp(9rem, min(20vw, 27vh), 34rem); margin: 0 auto; }
.large:not(:has(.names span:nth-child(13))) .rows:empty + .join img {
  width: clamp(9rem, min(28vw, 40vh), 50rem); }
.large .rows:empty + .join p { font-size: clamp(1rem, 1.9vw, 3.4rem); }
.large .rows:empty + .join .link { font-size: clamp(1.2rem, 3vw, 5.4rem); font-weight: 600; }
.large .names { font-size: clamp(1rem, 1.9vw, 3.4rem); margin: 0.4em 0 0; display: flex; flex-wrap: wrap;
  gap: 0.2em 1.2em; }
.large .names.many { font-size: clamp(0.9rem, 1.3vw, 2.4rem); }
.large .names span { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
@media (max-width: 700px) {
  .large .beside { flex-direction: column; }
  .large .rows { width: 100%; grid-auto-flow: row; grid-template-rows: none !important; }
  .large .interval { display: none; }
}
"""


def large_type(words: dict[str, Any], key: str) -> None:
    """Draw words in large type.

    Args:
        words: `title`, `task`, `rows`, `note`; of a run its `headline`, of a board that can be joined its
            `link` and `code`, how else one finds it (`typed`) and, while nobody stands on it, the `names` of
            those in the class. They are shown letter by letter, whatever signs they hold.
    """
    draw = component("digits_large_type", _HTML, _CSS, "large.js", isolate_styles=True)
    draw(key=key, data=words, height="content")


def run_words(run: Run, title: str) -> dict[str, Any]:
    """Return what is written in large type of a run, below a person's name or another title."""
    results = run.results
    last = f"epoch {run.progress.epoch} of {run.spec.epochs}" if run.is_live else str(run.status)
    said = f"{percent(results.val_accuracy)} on the validation images" if results else last
    sure = f"95% interval {interval(results.val_accuracy, results.val_images)} · " if results else ""
    return {
        "title": isolated(title),
        "task": isolated(run.name),
        "rows": [],
        "headline": said,
        "note": f"{sure}{run.parameters:,} parameters · {so_many(run.spec.epochs, 'epoch')}",
    }
