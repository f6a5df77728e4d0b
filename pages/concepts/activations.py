"""Activation functions: to be written."""

import streamlit as st


def activations() -> None:
    st.title("Activation functions")


if __name__ == "__main__":
    activations()
