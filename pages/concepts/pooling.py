"""Max pooling: to be written."""

import streamlit as st


def pooling() -> None:
    st.title("Max pooling")


if __name__ == "__main__":
    pooling()
