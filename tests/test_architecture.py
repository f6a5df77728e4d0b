"""The design, read from the imports: who may use which library, and who must not know whom."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
LONGEST = 330
HOMES: dict[str, tuple[str, ...]] = {
    "streamlit": ("app.py", "pages/*"),
    "keras": ("core/model/build.py", "core/training/*", "core/inference/*"),
    "tensorflow": ("core/model/build.py", "core/training/*", "core/inference/*"),
    "h5py": ("core/inference/weights.py",),
    "sqlalchemy": ("core/runs/*",),
    "plotly": ("core/figures/*", "core/export/*", "pages/shared/chart.py", "pages/shared/drawn.py"),
    "sklearn": ("core/data/*", "core/analysis/*"),
    "scipy": ("core/data/*", "core/analysis/*", "core/concepts/*", "core/inference/*"),
    "statsmodels": ("core/analysis/*",),
    "mlflow": ("core/runs/mlflow_mirror.py",),
    "optuna": ("core/sweeps/search.py",),
    "prometheus_client": ("core/metrics.py",),
    "jinja2": ("core/export/*",),
    "markdown_it": ("core/export/*",),
    "segno": ("core/figures/qr.py",),
    "pillow_heif": ("core/data/picture.py",),
    "PIL": ("core/data/*", "core/export/*", "core/figures/sprites.py"),
    "smtplib": ("core/telling/mail.py",),
    "ssl": ("core/telling/*",),
    "concurrent": (
        *("core/training/loop.py", "core/training/answers.py"),
        *("core/training/engine.py", "core/training/launcher.py", "core/training/slot.py"),
        "core/training/cluster.py",
        "core/inference/lane.py",
        "pages/shared/asking.py",
    ),
    "distributed": ("core/training/cluster.py", "core/training/cluster_worker.py"),
    "multiprocessing": ("core/training/engine.py", "core/training/launcher.py"),
}
"""Library → the only files that may import it, inside functions too."""
WITHOUT_KERAS = (
    "training.launcher",
    "training.slot",
    "training.engine",
    "training.cluster",
    "training.cluster_worker",
    "training.reporter",
    "sweeps.conductor",
    "inference.lane",
    "inference.networks",
    "inference.weights",
    "inference.arrivals",
    "inference.explain",
    "inference.layers",
    "inference.film",
    "inference.still",
    "inference.convolved",
    "inference.learning",
    "inference.embedding",
    "inference.robustness",
    "inference.rate_sweep",
    "inference.ensemble",
    "inference.copies",
    "inference.submission",
    "inference.convert",
)
"""Parts of `core` that the server's process imports or that a page may."""
UNAWARE: dict[str, tuple[str, ...]] = {
    "core/model/*": ("core.data", "core.runs", "core.training", "core.analysis", "core.figures"),
    "core/data/*": ("core.runs", "core.training", "core.analysis", "core.figures"),
    "core/analysis/*": ("core.runs.store", "core.training", "core.figures"),
    "core/concepts/*": ("core.runs.store", "core.training", "core.figures"),
    "core/figures/*": ("core.runs.store", "core.training"),
    "core/runs/*": ("core.training", "core.analysis", "core.figures"),
    "core/[!et]*/*": ("core.export",),
    "core/training/*": ("core.export",),
    "core/inference/*": ("core.training.job", "core.training.fit", "core.figures"),
    "core/export/*": ("core.training",),
    "core/export/*report.py": ("core.runs.store",),
    "core/sweeps/space.py": ("core.runs", "core.training", "core.figures"),
    "core/sweeps/search.py": ("core.runs.store", "core.training", "core.figures"),
    "core/training/fit.py": ("core.runs.store", "core.training.reporter", "core.training.job"),
    "core/training/callbacks.py": ("core.runs.store", "core.training.reporter", "core.training.job"),
}
"""File → what it must not import, be it through others."""


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    return place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_name(path): path for path in FILES}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Yield what imports among `nodes` name: "a.b" for both `import a.b` and `from a import b`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run when the module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_import(child)


@cache
def everything(path: Path) -> frozenset[str]:
    return frozenset(imported(ast.walk(tree(path))))


def own_modules(names: Iterator[str] | frozenset[str]) -> set[str]:
    """Return the modules of this project among imported names; "core.x.thing" counts as "core.x"."""
    found = set()
    for name in names:
        owner = name if name in MODULES else name.rpartition(".")[0]
        if owner in MODULES:
            found.add(owner)
    return found


def reachable(start: str) -> set[str]:
    """Return all modules of this project that importing `start` imports."""
    seen, todo = set(), [start]
    while todo:
        for name in own_modules(imported(at_import(tree(MODULES[todo.pop()])))) - seen:
            seen.add(name)
            todo.append(name)
    return seen


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_the_reader_of_imports_sees_what_it_should() -> None:
    assert "core.model.build" in MODULES
    assert {"core.data.mnist", "core.training.fit"} <= own_modules(everything(MODULES["core.training.job"]))
    assert "core.training.job" in own_modules(everything(MODULES["core.training.engine"]))
    assert "core.training.job" not in reachable("core.training.engine")
    assert "core.model.layers" in reachable("core.model.presets")


def at_home(path: Path, name: str) -> bool:
    homes = HOMES.get(name.split(".")[0], ("*",))
    return any(fnmatch(place(path), home) for home in homes)


def test_every_library_has_one_home() -> None:
    away = [(place(path), name) for path in FILES for name in everything(path) if not at_home(path, name)]
    assert away == []


def test_core_knows_no_page() -> None:
    core = {place(path): everything(path) for path in FILES if place(path).startswith("core/")}
    assert len(core) > 100
    pages = ("pages", "app", "streamlit")
    assert [path for path, names in core.items() if any(is_within(name, pages) for name in names)] == []


@pytest.mark.parametrize("module", WITHOUT_KERAS)
def test_what_the_server_uses_of_the_training_knows_no_keras(module: str) -> None:
    for name in {f"core.{module}"} | reachable(f"core.{module}"):
        names = imported(at_import(tree(MODULES[name])))
        assert not [n for n in names if is_within(n, ("keras", "tensorflow"))], name


@pytest.mark.parametrize("pattern", UNAWARE)
def test_the_parts_of_core_know_only_what_they_must(pattern: str) -> None:
    matching = [name for name, path in MODULES.items() if fnmatch(place(path), pattern)]
    assert matching
    for name in matching:
        known = [other for other in reachable(name) if is_within(other, UNAWARE[pattern])]
        assert not known, f"{name} reaches {known}"


def test_the_ground_floor_of_core_knows_no_part_that_stands_on_it() -> None:
    ground = [name for name in MODULES if name.count(".") == 1 and MODULES[name].parent.name == "core"]
    ground = [name for name in ground if MODULES[name].name not in ("__init__.py", "__main__.py")]
    assert {"core.words", "core.names", "core.errors"} <= set(ground)
    for name in ground:
        known = reachable(name) - {name}
        assert known <= set(ground), f"{name} reaches {known - set(ground)}"


def test_the_terminal_answers_a_wrong_option_before_it_imports_what_is_large() -> None:
    names = {name for m in reachable("core.terminal.main") for name in imported(at_import(tree(MODULES[m])))}
    assert {"sqlalchemy", "pydantic"} <= {name.split(".")[0] for name in names}
    large = ("keras", "tensorflow", "scipy", "sklearn", "plotly", "pandas", "optuna", "mlflow", "PIL")
    assert [name for name in names if is_within(name, large)] == []


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {name: own_modules(everything(path)) for name, path in MODULES.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_no_page_needs_tensorflow() -> None:
    pages = [name for name in MODULES if name == "app" or is_within(name, ("pages",))]
    modules = set().union(*(own_modules(everything(MODULES[name])) for name in pages))
    modules |= {name for name in MODULES if is_within(name, ("pages.shared",))}
    assert {"pages.shared.services", "core.training.launcher", "core.figures.curves"} <= modules
    code = (
        "import importlib, sys\n"
        f"for name in {sorted(modules)!r}: importlib.import_module(name)\n"
        "print(sorted({'tensorflow', 'keras', 'jax', 'torch', 'h5py', 'mlflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_server_starts_and_draws_its_first_page_without_what_is_large() -> None:
    code = (
        "import sys, app, pages.train.page\n"
        "print(sorted({'pandas', 'scipy.stats', 'sklearn', 'statsmodels', 'optuna'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_page_links_to_itself() -> None:
    """Streamlit then draws the other page but keeps the address, to which the next click leads back."""
    linking = re.compile(r"""(?:page_link|go_to|switch_page)\(\s*["'](\w+)/page\.py""")
    for path in (ROOT / "pages").glob("*/*.py"):
        assert path.parent.name not in linking.findall(path.read_text(encoding="utf-8")), place(path)


def test_files_stay_short() -> None:
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def catches_everything(node: ast.AST) -> bool:
    """Whether a node is `except:`, `except Exception:` or the like, alone or in a tuple."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in caught)


def test_only_a_worker_catches_every_exception() -> None:
    catching = {place(path) for path in FILES if any(map(catches_everything, ast.walk(tree(path))))}
    assert catching == {"core/training/job.py"}


def test_no_page_writes_html_past_streamlit() -> None:
    assert [place(path) for path in FILES if "unsafe_allow_html" in path.read_text(encoding="utf-8")] == []


def test_no_button_leads_to_another_page_but_by_leaving_this_one() -> None:
    """Else what this page asks for each second may empty the next one (`tests/attacks/test_leaving.py`)."""
    leading = [place(path) for path in FILES if "st.switch_page(" in path.read_text(encoding="utf-8")]
    assert leading == ["pages/shared/leaving.py"]


def test_every_file_says_what_it_is_for() -> None:
    assert [place(path) for path in FILES if not ast.get_docstring(tree(path))] == []


def page_of(name: str) -> str:
    """Return the folder of a page's part: "pages.compare", "pages.ideas.dropout", "pages.shared"."""
    parts = name.split(".")
    return ".".join(parts[: 3 if parts[1] == "ideas" else 2])


def users(name: str) -> set[str]:
    """Return the pages (and `app`) that a module of `pages/shared` serves, be it through others there.

    Whoever imports no more than a constant of it is not served by it: that constant could stand elsewhere.
    """
    seen, todo, served = set(), [name], set()
    while todo:
        wanted = todo.pop()
        for other in importers().get(wanted, set()) - seen:
            seen.add(other)
            if other.startswith("pages.shared."):
                todo.append(other)
            else:
                served.add(page_of(other) if other.startswith("pages.") else other)
    return served


@cache
def importers() -> dict[str, set[str]]:
    """Return who imports more than a constant of each module."""
    found: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        names = frozenset(n for n in everything(path) if not n.rpartition(".")[2].isupper())
        for wanted in own_modules(names):
            found.setdefault(wanted, set()).add(name)
    return found


PARTS = [
    name for name in MODULES if name.startswith("pages.") and name not in ("pages.navigation", "pages.menu")
]


@pytest.mark.parametrize("name", [name for name in PARTS if name.startswith("pages.shared.")])
def test_what_is_shared_serves_two_pages_at_least(name: str) -> None:
    assert len(users(name) - {"app", "pages.server"}) > 1, f"{name} belongs beside the one page that uses it"


@pytest.mark.parametrize("name", PARTS)
def test_no_page_imports_a_part_of_another(name: str) -> None:
    own = page_of(name)
    others = {page_of(wanted) for wanted in own_modules(everything(MODULES[name])) if wanted in PARTS}
    assert others <= {own, "pages.shared"}


def test_every_page_is_a_folder_with_its_script_in_it() -> None:
    folders = {page_of(name) for name in PARTS} - {"pages.shared", "pages.server"}
    assert {f"{folder}.page" for folder in folders} <= set(MODULES)
