"""Who somebody is, in words, and the buttons to sign in and out, where the host has set that up."""

import streamlit as st
from streamlit.errors import StreamlitAuthError

from core.errors import HostError
from pages.shared.services import plain_errors
from pages.shared.signed_in import providers, signed_in
from pages.shared.visitor import joined, visitor
from pages.shared.words import escape


def who_you_are() -> None:
    if person := signed_in():
        st.markdown(
            f"You are signed in as **{escape(person.shown)}**: what you start belongs to you, on every "
            "device on which you sign in. Others may look at it, but not change it."
        )
        if person.is_administrator:
            st.info(
                "You are an administrator of this server: you may pause, stop, rename and delete everything.",
                icon=":material/shield_person:",
            )
        st.caption(f"Your mark, by which the host can name you as an administrator: `{person.mark}`")
    elif joined():
        st.markdown(
            "This browser has joined another device of yours: what you start on either belongs to both. "
            "Others may look at it, but not change it."
        )
    elif visitor():
        without = "You have not signed in" if providers() else "There are no accounts here"
        st.markdown(
            f"{without}: this browser is known by a cookie, and what you start belongs to it. Others may "
            "look at it, but not change it. Clear your cookies, and nobody can change it any more."
        )


def signing_in() -> None:
    """Draw the buttons to sign in or out; nothing where the host has not set up signing in."""
    if signed_in():
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
        return
    for provider, label in providers().items():
        if st.button(label, type="primary", icon=":material/login:", key=f"you.sign_in.{provider}"):
            with plain_errors(go_on=True):
                _sign_in(provider)


def _sign_in(provider: str | None) -> None:
    try:
        st.login(provider)
    except StreamlitAuthError as error:
        first = str(error).strip().splitlines()[0]
        raise HostError(
            f"Nobody can sign in here: {first} Whoever runs this server finds in its README what is needed."
        ) from error
