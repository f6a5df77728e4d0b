"""Who somebody is here: sign in, go on with another device, take along what was begun, be told of runs."""

import streamlit as st

from pages.shared.services import plain_errors
from pages.shared.signed_in import signed_in
from pages.shared.visitor import browser_names, visitor
from pages.you.arrival import arrival
from pages.you.belongings import belongings
from pages.you.devices import devices
from pages.you.mail_links import mail_links
from pages.you.signing_in import signing_in, who_you_are
from pages.you.telling import telling


def you() -> None:
    st.title("You")
    with plain_errors():
        if arrival() or mail_links():
            return
        who_you_are()
        signing_in()
        owner = visitor()
        if owner is not None:
            belongings(owner, browser_names())
        if owner is not None and signed_in() is None:
            devices(owner)
        if owner is not None:
            telling(owner)


if __name__ == "__main__":
    you()
