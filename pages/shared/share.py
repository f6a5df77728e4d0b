"""The button that copies the page's own link: all that is shown is in its address."""

from core.host import host
from core.reach import is_this_machine
from pages.shared.addresses import for_others, page_address
from pages.shared.modules import component

_HTML = """
<button type="button" class="digits-copy" title="Copies the address of what you see"></button>
<input class="digits-address" readonly hidden aria-label="The address of what you see">
"""
_CSS = """
.digits-copy {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent;
  cursor: pointer; width: 100%; height: 2.5rem; padding: 0 0.75rem; line-height: 1.15;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
}
.digits-copy:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.digits-address { font: inherit; font-size: 0.875rem; width: 100%; margin-top: 0.25rem; }
.digits-copy:hover, .digits-copy:focus-visible {
  border-color: var(--st-primary-color); color: var(--st-primary-color);
}
"""


def copy_link(key: str, label: str = "Copy link") -> None:
    """Draw a button that copies this page's address: the one that the host's file says, if that is needed.

    What one browser calls `localhost` others do not find, and the button says so. That of this machine in its
    network, as a QR code has it, is no link to keep: tomorrow the machine may have another.
    """
    is_local = is_this_machine(page_address())
    data = {"label": label, "isLocal": is_local, "outside": for_others() if host().address else None}
    draw = component("digits_copy_link", _HTML, _CSS, "share.js", isolate_styles=True)
    draw(key=f"copy.{key}", data=data, width=140, height="content")
