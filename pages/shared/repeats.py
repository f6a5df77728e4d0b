"""Training a configuration again with other seeds, so that recipes can be compared and not only networks."""

import streamlit as st

from core.analysis.pairs import SEED_MARK, recipe_name
from core.model.seeds import free_seeds, without_seed
from core.names import LONGEST, kept
from core.runs.records import Run
from core.words import count, duration
from pages.shared.class_runs import begins_in_class
from pages.shared.leaving import go_to
from pages.shared.opened import opened
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.services import launcher, plain_errors, store
from pages.shared.visitor import may_preselect, visitor
from pages.shared.words import escape


def repeat(run: Run) -> None:
    """Draw the offer to train a run's configuration with more seeds, and start them when it is taken."""
    about = "Trains the same with other seeds."
    opened("Repeat", _offer, run, f"repeat.popover.{run.id}", ":material/repeat:", about)


def _offer(run: Run) -> None:
    st.markdown("**Repeat with other seeds**")
    st.caption(
        "The same settings and images, other initial weights and order. Several seeds tell what the "
        "recipe is worth, apart from the luck of one run."
    )
    copies = int(st.number_input("How many more", 1, MOST_COMPARED - 1, 4, key=f"repeat.{run.id}"))
    pupil = begins_in_class(run.spec.model_copy(update={"seed": run.spec.seed + 1}))
    if run.results:
        st.caption(f"Takes about {duration(copies * run.progress.seconds)}, one after another.")
    if st.button("Start", type="primary", icon=":material/play_arrow:", key=f"repeat.start.{run.id}"):
        with plain_errors(go_on=True):
            ids = _launch(run, copies, pupil)
            st.session_state["notice"] = f"{count(copies, 'repeat').capitalize()} started."
            go_to("compare/page.py", {"compare": ",".join(ids), "view": "Curves"})


def _launch(run: Run, copies: int, pupil: str | None) -> list[str]:
    """Start the repeats as a group; return the run, its repeats and those made before, by id."""
    name = kept(recipe_name(run.name), LONGEST - 24)  # with room for the seed
    known = [
        other
        for other in store().runs()
        if without_seed(other.spec) == without_seed(run.spec) and not other.is_bundled
    ]
    definition = {"run": run.id, "copies": copies}
    seeds = free_seeds(run.spec, [other.spec for other in known], copies)
    specs = {f"{name}{SEED_MARK}{seed}": run.spec.model_copy(update={"seed": seed}) for seed in seeds}
    title = f"{name} × {count(copies, 'seed')}"
    started = launcher().launch_together(
        "repeat", title, definition, specs, run.preset, owner=visitor(), pupil=pupil
    )
    before = [other.id for other in known if may_preselect(other)]
    ids = [run.id, *(repeat.id for repeat in started), *before]
    return list(dict.fromkeys(ids))[:MOST_COMPARED]


def notice() -> None:
    """Say once what was started on the page before."""
    if text := st.session_state.pop("notice", None):
        st.success(escape(text), icon=":material/check_circle:")
