"""Streamlit's scripts are found by the kind of element that they draw."""

from pathlib import Path

from streamlit import file_util

from pages.shared.kinds import scripts


def test_each_kind_has_one_script_where_streamlit_serves_its_own() -> None:
    kinds = ("NumberInput", "FileUploader", "Slider", "Progress", "Metric", "Checkbox", "PageLink")
    found = scripts(*kinds)
    assert len(found) == len(kinds)
    assert all((Path(file_util.get_static_dir()) / script).is_file() for script in found)


def test_of_a_kind_that_streamlit_does_not_have_there_is_none() -> None:
    assert scripts("NoSuchKind") == []
