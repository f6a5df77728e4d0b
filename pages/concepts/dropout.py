"""Dropout: to be written."""

import streamlit as st


def dropout() -> None:
    st.title("Dropout")


if __name__ == "__main__":
    dropout()
