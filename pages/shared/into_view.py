"""What has just come to a page comes into view, such as a run that a button far above has started."""

from pages.shared.modules import component


def into_view(container: str, once: str) -> None:
    """Have the browser scroll to a container, unless its head is in sight already.

    Args:
        container: its key.
        once: a name of what has come, such as a run's id: for each it happens once.
    """
    draw = component("digits_into_view", None, None, "into_view.js")
    draw(key="into_view", data={"container": container, "once": once}, width=1, height=1)
