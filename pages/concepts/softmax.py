"""Softmax and cross-entropy: to be written."""

import streamlit as st


def softmax() -> None:
    st.title("Softmax and cross-entropy")


if __name__ == "__main__":
    softmax()
