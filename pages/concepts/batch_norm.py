"""Batch normalisation: to be written."""

import streamlit as st


def batch_norm() -> None:
    st.title("Batch normalisation")


if __name__ == "__main__":
    batch_norm()
