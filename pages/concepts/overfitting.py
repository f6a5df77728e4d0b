"""Overfitting: to be written."""

import streamlit as st


def overfitting() -> None:
    st.title("Overfitting")


if __name__ == "__main__":
    overfitting()
