"""Data: to be written."""

import streamlit as st


def data() -> None:
    st.title("Data")


if __name__ == "__main__":
    data()
