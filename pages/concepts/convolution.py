"""Convolution: to be written."""

import streamlit as st


def convolution() -> None:
    st.title("Convolution")


if __name__ == "__main__":
    convolution()
