"""Optimizers: to be written."""

import streamlit as st


def optimizers() -> None:
    st.title("Optimizers")


if __name__ == "__main__":
    optimizers()
