"""Streamlit starts without looking for what this app does not have."""

import pytest
from streamlit import delta_generator
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.manifest_scanner import scan_component_manifests
from streamlit.runtime import Runtime

from pages.server.starting import look_for_nothing

LOOKS = (
    (BidiComponentManager, "discover_and_register_components", Runtime.__init__),
    (delta_generator, "_maybe_print_use_warning", delta_generator.DeltaGenerator._enqueue),
)


def test_no_package_that_the_app_needs_brings_components_along() -> None:
    assert scan_component_manifests() == []


@pytest.mark.parametrize(("owner", "name", "caller"), LOOKS)
def test_streamlit_would_look_and_does_not(
    owner: object, name: str, caller: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one, look, _ in LOOKS:
        monkeypatch.setattr(one, look, getattr(one, look))
    look_for_nothing()
    once = getattr(owner, name)
    assert name in caller.__code__.co_names  # type: ignore[attr-defined]
    assert once.__module__ == "pages.server.starting"
    look_for_nothing()
    assert getattr(owner, name) is once, "put there twice"
