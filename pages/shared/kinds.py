"""Scripts of Streamlit's own that a browser fetches before a page has what they draw.

Streamlit fetches the script of a kind of element when it draws the first of that kind. React shows a grey place
meanwhile, and puts off for half a second to replace it, and all else that is new, where another such place is
there by then.
"""

from functools import cache
from pathlib import Path

from streamlit import file_util


@cache
def scripts(*kinds: str) -> list[str]:
    """Return the addresses of the scripts that draw kinds of elements, such as "Slider"; of unknown ones none."""
    folder = Path(file_util.get_static_dir())
    found = [path for kind in kinds for path in sorted(folder.glob(f"static/js/{kind}.*.js"))]
    return [path.relative_to(folder).as_posix() for path in found]
