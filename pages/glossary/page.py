"""All terms of art with a plain sentence each, to be looked through or searched."""

import streamlit as st

from core.glossary.book import glossary, matching
from core.glossary.terms import Group, Term
from pages.shared.choice import one_of
from pages.shared.words import escape

_ALL = "All"


def page() -> None:
    st.title("Glossary")
    st.markdown(
        "What the words on these pages mean, a plain sentence each. On every page they are underlined with "
        "dots: rest the mouse on one, or tap it, to read its sentence there. At the foot of each page is the "
        "list of all its terms."
    )
    wanted = st.text_input("Find a term", key="find", bind="query-params", placeholder="such as dropout")
    group = one_of("Group", [_ALL, *(group.title for group in glossary())], _ALL, key="group")
    shown = [found for found in matching(wanted) if group in (_ALL, found.title)]
    if not shown:
        st.info(f"No term has “{escape(wanted)}” in its name or sentence{'' if group == _ALL else ' here'}.")
    for found in shown:
        _group(found)


def _group(group: Group) -> None:
    with st.container(width=760):
        st.subheader(group.title)
        st.markdown("\n\n".join(map(_entry, group.terms)))


def _entry(term: Term) -> str:
    """Return a term in Markdown: its name, other names, its sentence, and where it is shown."""
    other = f" · {escape(', '.join(term.also))}" if term.also else ""
    name = f"**{escape(term.term[0].upper() + term.term[1:])}**{other}  \n{escape(term.means)}"
    title = term.page.replace("_", " ").capitalize()
    return f"{name} See [{title}]({term.page})." if term.page else name


if __name__ == "__main__":
    page()
