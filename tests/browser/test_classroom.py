"""A class from the first click to the projector: a teacher, two pupils and a projector, each a browser."""

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from core.classes.records import Pupil
from core.classes.task import Task
from core.model.presets import PRESETS
from core.names import isolated
from core.runs.records import Progress, Results
from core.runs.status import RunStatus
from tests.browser.server import Server, new_page, open_page, wait_until_whole
from tests.browser.table import keeps_its_place
from tests.patience import until

SHORT = Task(accuracy=0.05, epochs=1, presets=("broken-on-purpose",), settings=("epochs",))
"""What trains in a moment: 10,000 images, once."""


def field(page: Page, name: str, text: str) -> None:
    page.get_by_role("textbox", name=name).fill(text)


def join(browser: Browser, link: str, nickname: str) -> Page:
    page = open_page(browser, link)
    field(page, "Your nickname", nickname)
    page.get_by_role("button", name="Join and train").click()
    expect(page.get_by_text(f"you are {nickname}")).to_be_visible()
    return page


def train_one_epoch(page: Page) -> None:
    wait_until_whole(page)
    kept = page.get_by_text("1 epoch: the class asks for at most 1.")
    expect(kept).to_be_visible()  # a preset of ten epochs, begun within the limit
    page.get_by_label("Epochs", exact=True).fill("10")
    page.keyboard.press("Enter")
    broken = page.get_by_text("10 epochs: the class asks for at most 1.")
    expect(broken).to_have_count(1)  # in the task; beside Train stands that it is there
    expect(page.get_by_text("one rule above is broken")).to_be_visible()
    page.get_by_label("Epochs", exact=True).fill("1")
    page.keyboard.press("Enter")
    expect(kept).to_be_visible()
    expect(broken).to_have_count(0)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Full results of this run")).to_be_visible()


def test_a_teacher_two_pupils_and_the_projector(server: Server, browser: Browser) -> None:
    teacher = open_page(browser, f"{server.url}/class")
    field(teacher, "Name of the class", "7b")
    field(teacher, "A word of yours", "green giraffe")
    teacher.get_by_role("button", name="Make the class").click()
    link = teacher.get_by_test_id("stCode").inner_text().strip()
    code = link.rpartition("=")[2]
    assert link == f"{server.url}/class?code={code}"
    server.store.change_class(code, "7b", SHORT, None)
    teacher.get_by_role("tab", name="Pupils").click()
    expect(teacher.get_by_text("Nobody has joined yet").filter(visible=True)).to_be_visible()

    projector = new_page(browser, viewport={"width": 1920, "height": 1080})
    with projector.expect_response(lambda answer: answer.ok):
        projector.goto(f"{link}&view=board&embed=true")
    expect(projector.get_by_text("Nobody has joined the class yet.")).to_be_visible()
    expect(projector.get_by_role("link", name="Results")).to_have_count(0)

    pupils = [join(browser, link, nickname) for nickname in ("Ada", "<b>Bob</b>")]
    for nickname in ("Ada", "<b>Bob</b>"):  # they see that they are in
        expect(projector.locator(".large .names").get_by_text(nickname, exact=True)).to_be_visible()
    expect(teacher.get_by_role("combobox", name="Pupil")).to_be_visible()  # and the teacher that they are
    for page in pupils:
        train_one_epoch(page)
    runs = {entry.pupil.nickname: entry.run for entry in server.store.entries(code)}
    assert runs["Ada"].spec == PRESETS["broken-on-purpose"].spec.model_copy(update={"epochs": 1})
    until(lambda: all(entry.run.results for entry in server.store.entries(code)), "both results")

    # Same preset, same seed: the same accuracy, and so a tie.
    for nickname in ("Ada", "<b>Bob</b>"):
        expect(projector.get_by_text(nickname, exact=True)).to_be_visible()
    expect(projector.get_by_text("a tie.")).to_be_visible()
    expect(projector.locator(".large .place")).to_have_text(["1", "1"])
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    assert projector.locator(".large .name").first.evaluate(size) >= 40

    teacher.reload()
    teacher.get_by_role("tab", name="Runs").click()
    last = server.store.entries(code)[0]
    until(lambda: shows(teacher, server, code), "a click")
    assert server.store.school_class(code).shown == last.run.id
    expect(projector.get_by_role("heading", name=last.pupil.nickname)).to_be_visible()
    projector.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 2")
    teacher.get_by_role("button", name="Back to the board").click()
    expect(projector.get_by_role("heading", name="7b")).to_be_visible()


def test_a_pupil_who_is_renamed_stays_chosen(server: Server, browser: Browser) -> None:
    teacher = open_page(browser, f"{server.url}/class")
    field(teacher, "Name of the class", "7c")
    field(teacher, "A word of yours", "yellow zebra")
    teacher.get_by_role("button", name="Make the class").click()
    code = teacher.get_by_test_id("stCode").inner_text().strip().rpartition("=")[2]
    for number, nickname in enumerate(("Bert", "Rude")):
        server.store.join(code, nickname, f"{number:032d}")
    teacher.get_by_role("tab", name="Pupils").click()
    choice = teacher.get_by_role("combobox", name="Pupil")
    choice.click()
    teacher.get_by_role("option", name="Rude").click()
    field(teacher, "Another nickname", "bert")
    teacher.get_by_role("button", name="Rename").click()
    expect(teacher.get_by_text("Somebody in this class is called bert already")).to_be_visible()
    expect(teacher.get_by_role("heading", name="7c")).to_be_visible()  # no refusal takes its place
    field(teacher, "Another nickname", "Ada")
    teacher.get_by_role("button", name="Rename").click()
    expect(choice).to_have_value(isolated("Ada"))
    expect(teacher.get_by_text("Somebody in this class")).to_have_count(0)
    teacher.get_by_role("button", name="Hide", exact=True).click()
    until(lambda: any(one.hidden for one in server.store.pupils(code)), "the pupil is hidden")
    assert [one.nickname for one in server.store.pupils(code) if one.hidden] == ["Ada"]


def test_what_a_teacher_empties_stays_empty_and_what_is_deleted_can_be_brought_back(
    server: Server, browser: Browser
) -> None:
    teacher = open_page(browser, f"{server.url}/class")
    field(teacher, "Name of the class", "7d")
    teacher.get_by_label("Parameters under").fill("")
    teacher.get_by_label("Parameters under").press("Tab")
    field(teacher, "A word of yours", "purple lion")
    teacher.get_by_role("button", name="Make the class").click()
    expect(teacher.get_by_text("with at most 5 epochs.")).to_be_visible()  # and any number of parameters
    code = teacher.get_by_test_id("stCode").inner_text().strip().rpartition("=")[2]
    server.store.change_class(code, "7d", SHORT, 2e9)
    teacher.reload()
    teacher.get_by_role("tab", name="Task").click()
    expect(teacher.get_by_role("spinbutton", name="year, Runs count")).to_have_text("2033")
    for part in teacher.get_by_role("spinbutton", name=", Runs count").all():
        for _ in range(4):
            part.press("Backspace")
    teacher.keyboard.press("Tab")
    teacher.get_by_role("button", name="Save").click()
    expect(teacher.get_by_text("Saved.")).to_be_visible()
    assert server.store.school_class(code).ends_at is None

    teacher.get_by_role("button", name="Delete the class").click()
    teacher.get_by_role("button", name="Delete it").click()
    expect(teacher.get_by_role("button", name="Undo")).to_be_in_viewport()  # though far above the click
    teacher.get_by_role("button", name="Undo").click()
    teacher.get_by_role("button", name=code).click()
    expect(teacher.get_by_role("heading", name="7d")).to_be_visible()
    teacher.wait_for_url(f"{server.url}/class?code={code}")  # else the next click would lead back
    teacher.goto(f"{server.url}/class?code=nope42")
    teacher.get_by_role("button", name="All classes").click()
    expect(teacher.get_by_role("button", name=code)).to_be_visible()
    teacher.wait_for_url(f"{server.url}/class")


def shows(page: Page, server: Server, code: str) -> bool:
    """Click into a table, which is one picture to the browser; return whether the projector shows a run.

    The click may come too soon. It is made again only when a slow one would have come: rows move after it.
    """
    table = page.get_by_test_id("stDataFrame").filter(visible=True).first
    until(lambda: keeps_its_place(table), "a table in its place")
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 33 + 170 + 45, box["y"] + 52)
    for _ in range(60):
        if server.store.school_class(code).shown:
            return True
        page.wait_for_timeout(500)
    return False


CUT = """all => all.filter(one => {
  const lines = one.scrollHeight / parseFloat(getComputedStyle(one).lineHeight);
  return lines > 2.5 || one.scrollWidth > one.clientWidth + 1;
}).map(one => one.textContent)"""
"""Returns the names of which not all is seen: they have two lines."""


def stands(server: Server, pupil: Pupil) -> None:
    """Give a pupil a run that counts."""
    store, spec = server.store, PRESETS["broken-on-purpose"].spec
    one_epoch, theirs = spec.model_copy(update={"epochs": 1}), {"owner": pupil.owner, "pupil": pupil.id}
    run = store.create(one_epoch, "x", holder="nobody's worker", **theirs)
    store.record(run.id, Progress(seconds=60), [], [])
    store.end(run.id, RunStatus.FINISHED, results=Results(1, 0.1, 0.9, 1000, 0.1, 0.9, 10_000))


def fits(projector: Page, part: Locator) -> bool:
    """Return whether a part of the projector ends above the lower edge of the screen."""
    box, screen = part.bounding_box(), projector.viewport_size
    return box is not None and screen is not None and box["y"] + box["height"] <= screen["height"]


def test_the_projector_has_room_for_the_names_of_thirty(server: Server, browser: Browser) -> None:
    """They are as long as nicknames may be."""
    found = server.store.create_class("7b", SHORT, "teacher", "green giraffe")
    pupils = [
        server.store.join(found.id, f"Wolfgang-Amadeus Nr. {number:03}", f"browser {number}")
        for number in range(30)
    ]
    projector = new_page(browser, viewport={"width": 1920, "height": 1080})
    projector.goto(f"{server.url}/class?code={found.id}&view=board&embed=true")
    names = projector.locator(".large .names")
    expect(names.locator("span")).to_have_count(30)
    projector.evaluate("document.fonts.ready.then(() => true)")
    screens: list[ViewportSize] = [{"width": 1920, "height": 1080}, {"width": 1280, "height": 720}]
    for screen in screens:
        projector.set_viewport_size(screen)
        until(lambda: fits(projector, names), "room for all names")
    for pupil in pupils:
        stands(server, pupil)
    placed = projector.locator(".large .row .name")
    expect(placed).to_have_count(30)
    for screen in screens:
        projector.set_viewport_size(screen)
        until(lambda: placed.evaluate_all(CUT) == [], "names that are whole")
        until(lambda: fits(projector, projector.locator(".large .rows")), "room for all places")
