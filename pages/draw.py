"""Draw a digit and see what saved networks read: to be written."""

import streamlit as st


def draw() -> None:
    st.title("Draw a digit")


if __name__ == "__main__":
    draw()
