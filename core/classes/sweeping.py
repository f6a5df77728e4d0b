"""Which runs of a sweep would count in a class, before there are any."""

from functools import lru_cache

from core.classes.task import Task
from core.sweeps.space import Sweep


@lru_cache(maxsize=32)  # asked whenever the editor is drawn, of up to a thousand configurations
def uncounted(task: Task, sweep: Sweep) -> tuple[bool, str]:
    """Return whether none of a sweep's runs would count, and what breaks the rules; "": each would count.

    It looks at the combinations of the first and last values, and says what is wrong with the one that breaks
    the fewest rules.
    """
    faults = [task.broken(spec) for spec in sweep.corners]
    broken = [one for one in faults if one]
    fewest: list[str] = min(broken, key=len, default=[])
    return bool(broken) and len(broken) == len(faults), " ".join(fewest)
