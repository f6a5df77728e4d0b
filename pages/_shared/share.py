"""The button that copies the page's own link: all that is shown is in its address."""

import streamlit as st

_HTML = '<button type="button" class="digits-copy" title="Copies the address of what you see"></button>'
_CSS = """
.digits-copy {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent;
  cursor: pointer; width: 100%; min-height: 2.5rem; padding: 0.25rem 0.75rem; white-space: nowrap;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
}
.digits-copy:hover, .digits-copy:focus-visible {
  border-color: var(--st-primary-color); color: var(--st-primary-color);
}
"""
_JS = """
// Where the clipboard is closed to pages without TLS, the old way still works.
const copied = async (text) => {
  if (navigator.clipboard && window.isSecureContext) { await navigator.clipboard.writeText(text); return; }
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("closed");
};

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector(".digits-copy");
  button.textContent = data.label;
  button.onclick = async () => {
    try {
      await copied(window.location.href);
      button.textContent = "Link copied";
    } catch {
      button.textContent = "Copy it from the address bar";
    }
    setTimeout(() => { button.textContent = data.label; }, 2000);
  };
}
"""


def copy_link(key: str, label: str = "Copy link") -> None:
    """Draw a button that copies this page's address."""
    component = st.components.v2.component("digits_copy_link", html=_HTML, css=_CSS, js=_JS)
    component(key=f"copy.{key}", data={"label": label}, width=140, height="content")
