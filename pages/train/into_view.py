"""A run that was just started comes into view: on a phone it stands below the button that starts it."""

from pages.shared.modules import component


def into_view(container: str, run_id: str) -> None:
    """Have the browser scroll to a container, once for each run, unless its head is in sight already.

    Args:
        container: the key of the container.
    """
    draw = component("digits_into_view", None, None, "into_view.js")
    draw(key="into_view", data={"container": container, "run": run_id}, width=1, height=1)
