"""Scripts of Streamlit's own that a browser fetches before a page has what they draw.

Streamlit fetches the script of a kind of element when it draws the first of that kind. React shows a grey
place meanwhile, and where scripts come one after another it puts off for half a second to replace any.
"""

from functools import cache
from pathlib import Path

from streamlit import file_util


@cache
def scripts(*kinds: str) -> list[str]:
    """Return the addresses of the scripts that draw such kinds as "Slider"; unknown ones have none."""
    folder = Path(file_util.get_static_dir())
    found = [path for kind in kinds for path in sorted(folder.glob(f"static/js/{kind}.*.js"))]
    return [path.relative_to(folder).as_posix() for path in found]
