"""What people call things, on the pages: choices can be told apart, and no name is markup or a formula."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from core.data import mnist
from core.data.dataset import Dataset
from core.export.archive import pack, unpack
from core.export.files import FILES, file_name
from core.model.specs import RunSpec
from core.names import isolated, look
from core.runs.pools import MNIST, add_pool
from core.runs.store import RunStore, open_store
from pages.compare.download import comparison_file
from pages.shared.exports import attachment
from pages.shared.pools import known_pools
from pages.shared.tokens import COOKIE
from pages.shared.visitor import visitor
from pages.shared.words import escape
from tests.pages.test_compare import answered
from tests.pages.test_pages import NAVIGATION, page, saved, texts

HOSTILE = [
    '=HYPERLINK("http://evil.example")',
    "**b** ![x](http://evil.example/p.png) :material/home: $x$ <b>y</b> &amp;",
    "می‌خواهم · \u202eabc",
    "👨‍👩‍👧‍👦" * 20,
    "setting",
    "digit",
    "None",
    "nan",
]


def plain(markdown: str) -> str:
    """Return what Markdown made by `escape` says."""
    return re.sub(r"\\(.)|:color\[\\(.)\]", lambda found: found[1] or found[2], markdown)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [("a  \n \n b", "a  \nb"), ("\n a\n", "  \na  \n"), ("a" + " " * 1_000_000 + "b", None)],
    ids=["lines", "at the ends", "a million spaces"],
)
def test_ends_of_lines_become_markdown_s_and_other_space_stays(text: str, markdown: str | None) -> None:
    assert escape(text) == (markdown or text)


@settings(max_examples=150, deadline=None)
@given(some.text(some.sampled_from("ab1 .:/@-<>=~&w+*_[]!`$\\#|(){}א\u202e"), max_size=30))
def test_escaped_text_says_what_was_typed(text: str) -> None:
    assert plain(escape(text)) == isolated(text)
    assert not re.search(r"(?<!\\)[*_`$<&~|#{}]", escape(text).replace("\\\\", ""))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("http://a", r"http\::color[\/]/a"),
        ("www.a", r"www:color[\.]a"),
        ("a@b.c", r"a:color[\@]b.c"),
        (":material/home:", r":color[\:]material/home\:"),
        ("a -> b", r"a -:color[\>] b"),
        ("&lt;", r"\&lt;"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("a\n\n    b", "a  \nb"),
    ],
)
def test_what_streamlit_replaces_after_markdown_is_kept_apart(text: str, markdown: str) -> None:
    assert escape(text) == markdown


def test_a_class_whose_members_all_upload_train_csv_can_choose_each(cookies: dict[str, str]) -> None:
    pool, store, members = mnist.training(), open_store(), 30
    for member in range(members):
        cookies[COOKIE] = f"member {member}"
        rows = slice(20 * member, 20 * member + 20)
        add_pool(store, Dataset("train.csv", pool.images[rows], pool.labels[rows]), visitor())
    cookies[COOKIE] = "member 17"
    mine = next(one for one in store.datasets() if one.owner == visitor())
    names = known_pools()
    assert len({look(name)[:32] for name in names.values()}) == members + 1  # so much a phone shows of it
    assert list(names)[:2] == [MNIST, mine.fingerprint]
    assert names[mine.fingerprint].startswith("train.csv · #18 (20 images) · yours · added 20")
    test = page("data/page.py")
    for source in (list(names)[-1], mine.fingerprint, list(names)[5]):
        box = test.selectbox[0]
        box.select(names[source]).run()
        assert test.selectbox[0].value == source


def test_a_data_set_is_kept_under_a_clean_name_and_stays_with_whoever_was_first() -> None:
    store, pool = open_store(), mnist.training()
    record = add_pool(store, Dataset("\ud800a\nb.csv", pool.images[:20], pool.labels[:20]))
    assert (record.name, record.owner) == ("a b.csv", None)
    again = add_pool(store, Dataset("b", pool.images[:20], pool.labels[:20]), "me")
    assert again.fingerprint == record.fingerprint
    assert store.datasets() == [record]


def test_runs_called_like_columns_are_compared(small_spec: RunSpec) -> None:
    store = open_store()
    first = answered(store, small_spec, "setting", range(30))
    second = answered(store, small_spec.model_copy(update={"epochs": 5}), "run", range(25, 34))
    test = page("compare/page.py", compare=f"{first},{second}", view="Settings")
    assert list(test.dataframe[1].value.columns) == ["setting", "setting · #1", "run"]
    assert comparison_file(f"{first},{second}").status_code == 200


def test_hostile_names_break_no_page_and_are_text_in_every_table(small_spec: RunSpec) -> None:
    store = open_store()
    ids = [answered(store, small_spec, name, range(at, at + 9)) for at, name in enumerate(HOSTILE)]
    store.set_tags(ids[0], ["=1+1", "**t**"])
    store.describe_data(ids[1], {"name": HOSTILE[1], "fingerprint": "x"})
    for view in ("Is it real?", "Curves", "Trade-offs", "Settings"):
        test = page("compare/page.py", compare=",".join(ids), view=view)
        for table in test.dataframe:
            cells = [*table.value.columns, *table.value.to_numpy().ravel()]
            signs = {cell[:1] for cell in cells if isinstance(cell, str)}
            assert not signs & set("=+-@")
    report = bytes(comparison_file(",".join(ids)).body).decode()
    assert "<b>y</b>" not in report
    assert "&lt;b&gt;y&lt;/b&gt;" in report
    kaggle = page("kaggle/page.py", nets=f"{ids[0]},{ids[1]}")
    (table,) = kaggle.table
    assert [plain(name) for name in table.value.index] == HOSTILE[:2]
    assert "![x]" not in "".join(table.value.index)
    page("draw/page.py")
    runs = page("runs/page.py")
    names = list(runs.dataframe[0].value["name"])
    assert sorted(map(look, names)) == sorted(map(look, HOSTILE))
    assert store.get(ids[2]).name == HOSTILE[2]


def test_facts_of_a_run_are_text(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(store, small_spec, "a")
    store.describe_data(run_id, {"name": "![x](http://evil.example/p.png)"})
    test = page("results/page.py", run=run_id, part="Settings")
    values = [str(cell) for table in test.table for cell in table.value.to_numpy().ravel()]
    assert escape("![x](http://evil.example/p.png)") in values


def test_groups_of_one_name_are_told_apart_and_named_by_id_in_the_address(small_spec: RunSpec) -> None:
    store = open_store()
    groups = [store.create_group("repeat", "net × two seeds", {}) for _ in range(2)]
    for group in groups:
        store.create(small_spec, f"of {group.id}", group_id=group.id)
    test = page("runs/page.py", group=groups[1].id)
    assert list(test.dataframe[0].value["name"]) == [f"of {groups[1].id}"]
    box = next(one for one in test.selectbox if one.label == "Group")
    assert len(set(box.options)) == 2
    box.set_value(groups[0].id).run()
    assert list(test.dataframe[0].value["name"]) == [f"of {groups[0].id}"]
    assert test.query_params["group"] in (groups[0].id, [groups[0].id])
    next(one for one in test.selectbox if one.label == "Group").set_value(None).run()
    assert "group" not in test.query_params
    adding = page("compare/page.py")
    assert len(set(next(one for one in adding.selectbox if one.label.startswith("Add")).options)) == 2


def test_tags_that_look_alike_are_one_choice(small_spec: RunSpec) -> None:
    store = open_store()
    for tag in ("week 10", "week\u200b 10", "Week 9"):
        store.set_tags(saved(store, small_spec, tag), [tag])
    test = page("runs/page.py")
    tags = next(one for one in test.multiselect if one.label == "Tag")
    assert [look(tag) for tag in tags.options] == ["Week 9", "week 10"]
    tags.set_value([tags.options[1]]).run()
    assert len(test.dataframe[0].value) == 2


def test_removed_drawings_leave_no_other_one_chosen(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "a")
    for image in mnist.test().images[:3]:
        open_store().keep_drawing(image, 7, visitor())
    test = page("draw/page.py", by=run_id)
    box = next(one for one in test.multiselect if one.label == "Drawings")
    box.set_value([open_store().drawings(visitor())[0][0]]).run()
    next(one for one in test.button if one.label == "Remove them").click().run()
    assert len(open_store().drawings(visitor())[0]) == 2
    assert next(one for one in test.multiselect if one.label == "Drawings").value == []


@pytest.mark.parametrize(
    ("zone", "offset", "hour"),
    [("Asia/Tehran", -210, "15:30"), ("Moon/Sea", -120, "14:00"), (None, 60, "11:00")],
)
def test_times_are_those_of_the_reader(
    zone: str | None, offset: int, hour: str, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC).timestamp()
    run_id = saved(RunStore(open_store().url, now=lambda: noon), small_spec, "a")
    monkeypatch.setattr(type(st.context), "timezone", zone)
    monkeypatch.setattr(type(st.context), "timezone_offset", offset)
    test = page("results/page.py", run=run_id)
    assert f"2026-01-02 {hour}" in test.selectbox[0].options[0]
    created = page("runs/page.py").dataframe[0].value["created"][0]
    assert f"{created:%Y-%m-%d %H:%M}" == f"2026-01-02 {hour}"


def test_a_report_says_in_which_zone_its_times_are(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.get(saved(store, small_spec, "a"))
    text = FILES["report"].make(store, run).decode()
    begun = f"{datetime.fromtimestamp(run.created_at, UTC):%Y-%m-%d %H:%M} UTC"
    assert f"begun {begun}" in text
    assert re.search(r"Made 20..-..-.. ..:.. UTC by", text)


def test_a_download_is_called_like_the_run_in_any_script(small_spec: RunSpec) -> None:
    run = open_store().create(small_spec, "سلام دنیا")
    name = file_name(run, FILES["history"])
    assert name == f"سلام-دنیا-{run.id}-history.csv"
    header = attachment(lambda: (b"", name, "text/csv")).headers["content-disposition"]
    assert header.startswith(f'attachment; filename="____-____-{run.id}-history.csv"; ')
    assert f"filename*=UTF-8''{quote(name)}" in header
    assert header.isascii()
    ascii_only = attachment(lambda: (b"", "a.csv", "text/csv")).headers["content-disposition"]
    assert ascii_only == 'attachment; filename="a.csv"'


@pytest.mark.parametrize(
    ("typed", "said"), [("2,5  7,5", "Tries 2.5 and 7.5"), ("2,5", "may mean several things")]
)
def test_a_decimal_comma_in_a_sweep_is_read_as_one_or_asked_about(typed: str, said: str) -> None:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.switch_page("sweep/page.py")
    test.session_state["sweep.paths"] = ["augmentation.rotation"]
    test.session_state["sweep.augmentation.rotation.form"] = "List"
    test.session_state["sweep.augmentation.rotation.list"] = typed
    test.run()
    assert said in texts(test)
    assert len(test.error) == ("several" in said)


def test_a_run_keeps_its_name_through_a_zip(small_spec: RunSpec) -> None:
    store = open_store()
    for name in HOSTILE:
        run_id = saved(store, small_spec, name)
        store.set_tags(run_id, ["می‌خواهم", "=1"])
        twin = unpack(store, pack(store, run_id))
        assert (twin.name, twin.tags) == (name, ("می‌خواهم", "=1"))
