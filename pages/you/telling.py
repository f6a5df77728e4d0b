"""Where somebody wants to be told that a run is done: addresses to add, try and delete."""

from urllib.parse import urlsplit

import streamlit as st

from core.host import host
from core.runs.contacts import MAIL, MOST_CONTACTS, WEBHOOK, Contact
from core.runs.messages import Outcome
from core.telling.sending import add_mail, add_webhook, try_out
from core.words import count
from pages.shared.addresses import for_others, page_address
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

_LABELS = {WEBHOOK: "Webhook", MAIL: "E-mail"}
_HELP = {
    WEBHOOK: (
        "The address of an incoming webhook, as Slack, Mattermost and Discord make them for a channel. "
        "Whoever knows it can write there: it is shown to nobody, not even here."
    ),
    MAIL: "It first gets a link, by which whoever reads there says that they want more.",
}


def telling(owner: str) -> None:
    """Draw a person's addresses, and the form for one more."""
    st.subheader("Tell me when a run is done")
    st.markdown(
        "For long runs: the server sends the result and a link, also when no page is open. It does not for a "
        "run that you stopped yourself, nor for the single runs of repeats; of a sweep it tells the end. As "
        "long as a tab shows the run, “Tell me when it is done”, below its curves, does so without one."
    )
    contacts = store().contacts_of(owner)
    for contact in contacts:
        _known(contact)
    kinds = _kinds()
    if not kinds:
        st.caption("This server sends nothing: its host has set up no e-mail and allows no webhooks.")
    elif len(contacts) < MOST_CONTACTS:
        _form(owner, kinds, len(contacts))


def _kinds() -> list[str]:
    mail, webhooks = host().mail is not None, host().telling.webhooks
    return [kind for kind, may in ((WEBHOOK, webhooks), (MAIL, mail)) if may]


def _known(contact: Contact) -> None:
    with st.container(border=True):
        icon = ":material/mail:" if contact.kind == MAIL else ":material/webhook:"
        st.markdown(f"{icon} **{escape(_shown(contact))}** · {_from(contact.minutes)}")
        with plain_errors(go_on=True):
            _state(contact)
        tried = False
        with st.container(horizontal=True):
            if contact.confirmed_at is not None:
                tried = st.button("Try it", icon=":material/send:", key=f"try.{contact.id}")
            args = (contact,)
            st.button("Delete", icon=":material/delete:", key=f"drop.{contact.id}", on_click=_drop, args=args)
        if tried:
            _try(contact)


def _shown(contact: Contact) -> str:
    """Return an address as it is shown: of a webhook its host alone, since the rest is like a password."""
    return contact.address if contact.kind == MAIL else urlsplit(contact.address).hostname or ""


def _from(minutes: float) -> str:
    return f"runs that trained for {minutes:g} min or longer" if minutes else "all runs"


def _state(contact: Contact) -> None:
    if contact.confirmed_at is None:
        st.caption("Not confirmed yet: open the link that was sent there; it holds for a day.")
    elif last := store().last_outcome(contact.id):
        st.caption(_outcome(last))


def _outcome(last: Outcome) -> str:
    run = f"“{escape(last.run)}”"
    if not last.is_done and not last.sentence:
        return f"The message about {run} is under way."
    if not last.is_done:
        return f"The message about {run} is tried again in some minutes. {escape(last.sentence)}"
    if last.sentence:
        return f"The message about {run} was not taken, {count(last.tries, 'time')}. {escape(last.sentence)}"
    return f"Told last: {run}."


def _try(contact: Contact) -> None:
    with plain_errors(go_on=True), st.spinner("Sending …"):
        try_out(contact)
        st.success("The test was taken: look whether it arrived.", icon=":material/check:")


def _drop(contact: Contact) -> None:
    with plain_errors(go_on=True):
        store().remove_contact(contact.id, contact.owner)


def _form(owner: str, kinds: list[str], known: int) -> None:
    kind = kinds[0]
    if len(kinds) > 1:
        kind = st.segmented_control(
            "By", kinds, default=kind, format_func=_LABELS.__getitem__, key="you.kind", required=True
        )
    with st.form("you.contact"):
        address = st.text_input(
            f"{_LABELS[kind]} address", help=_HELP[kind], key=f"you.{kind}.{known}", max_chars=2000
        )
        help_text = "A run tells if it trained for at least as long; 0: every run does."
        minutes = st.number_input(
            "Runs of at least so many minutes", 0.0, 600.0, 1.0, 1.0, "%g", help=help_text
        )
        if st.form_submit_button("Add", icon=":material/add_alert:"):
            _add(owner, kind, address, minutes)
    if MAIL not in kinds:
        st.caption("E-mail is not offered: this server's host has named no mail server.")


def _add(owner: str, kind: str, address: str, minutes: float) -> None:
    with plain_errors(go_on=True), st.spinner("Looking the address up …"):
        if kind == MAIL:
            add_mail(store(), owner, address, minutes)
        else:
            add_webhook(store(), owner, address, _dashboard(), minutes)
        st.rerun()


def _dashboard() -> str:
    """Return where this visitor's browser found the dashboard: this page's address less its last part.

    It is "" where other devices, to which messages go, cannot find it.
    """
    return page_address().rpartition("/")[0] if for_others() else ""
