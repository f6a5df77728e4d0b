"""From a saved run to Kaggle: to be written."""

import streamlit as st


def kaggle() -> None:
    st.title("Kaggle")


if __name__ == "__main__":
    kaggle()
