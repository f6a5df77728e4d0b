"""The button that copies the page's own link: all that is shown is in its address."""

from pages.shared.modules import component

_HTML = """
<button type="button" class="digits-copy" title="Copies the address of what you see"></button>
<input class="digits-address" readonly hidden aria-label="The address of what you see">
"""
_CSS = """
.digits-copy {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent;
  cursor: pointer; width: 100%; min-height: 2.5rem; padding: 0.25rem 0.75rem; white-space: nowrap;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
}
.digits-copy:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.digits-address { font: inherit; font-size: 0.875rem; width: 100%; margin-top: 0.25rem; }
.digits-copy:hover, .digits-copy:focus-visible {
  border-color: var(--st-primary-color); color: var(--st-primary-color);
}
"""


def copy_link(key: str, label: str = "Copy link") -> None:
    """Draw a button that copies this page's address."""
    draw = component("digits_copy_link", _HTML, _CSS, "share.js", isolate_styles=True)
    draw(key=f"copy.{key}", data={"label": label}, width=140, height="content")
