"""A link out of a mail was opened, to want more of it or no more: done at a click alone.

Mail programs open links too, so that to open one changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.runs.contacts import Contact
from core.runs.store import RunStore
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

WORD, ANSWERED = "you.mail", "you.mail.answered"


@dataclass(frozen=True)
class Question:
    """What is asked where a link was opened.

    Attributes:
        answer: what a yes does with the link's word.
        done: what is said of it then, after the address.
    """

    title: str
    text: str
    yes: str
    answer: Callable[[RunStore, str], Contact]
    done: str


QUESTIONS = {
    "confirm": Question(
        "Do you want e-mail when runs are done?",
        "Then the address to which this link was sent gets a mail when a run of whoever added it ends.",
        "Yes, tell me",
        RunStore.confirm_contact,
        "is told when runs are done, from now on.",
    ),
    "stop": Question(
        "Do you want no more e-mail about runs?",
        "Then the address to which this link was sent is deleted here.",
        "No more of it",
        RunStore.stop_mail,
        "gets no more mail, unless it is added again and confirmed.",
    ),
}
"""Parameter of the address → what it asks."""


def mail_links() -> bool:
    """Return whether it is to be answered first what a link out of a mail asks."""
    if sentence := st.session_state.pop(ANSWERED, None):
        st.success(sentence, icon=":material/check:")
    for name in QUESTIONS:  # neither the address nor what is copied from it tells the word any more
        if name in st.query_params:
            st.session_state[WORD] = (name, st.query_params.pop(name))
    if WORD not in st.session_state:
        return False
    name, word = st.session_state[WORD]
    question = QUESTIONS[name]
    with st.container(border=True):
        st.markdown(f"**{question.title}**")
        st.markdown(question.text)
        with st.container(horizontal=True):
            st.button(question.yes, type="primary", on_click=_answer, args=(question, word))
            st.button("Leave it as it is", on_click=_forget)
    return True


def _answer(question: Question, word: str) -> None:
    _forget()
    with plain_errors(go_on=True):
        st.session_state[ANSWERED] = f"{escape(question.answer(store(), word).address)} {question.done}"


def _forget() -> None:
    del st.session_state[WORD]
