"""States of the pages that nobody meets who only opens them: open, living, refused, or another's."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page, expect

from core.model.presets import PRESETS
from core.model.specs import MOST_EPOCHS
from core.runs.status import Command
from tests.browser.server import Server, open_page
from tests.browser.visits import settled, visit
from tests.pages.test_sweep import swept
from tests.patience import until

SLIDES = ("softmax?present=2", "optimizers?present=3", "convolution?present=2")
INSIDE = ("Feature maps", "Why this answer", "Activations", "Layer by layer", "Map of the images")
PARTS = ("Mistakes", "Epoch by epoch", "Confidence", "Settings")
LIVES = PRESETS["quick-start"].spec.model_copy(
    update={
        "data": PRESETS["quick-start"].spec.data.model_copy(update={"images": 1000, "validation_share": 0.2}),
        "epochs": MOST_EPOCHS,
    }
)
"""What trains until it is stopped."""
State = tuple[str, Page]
Look = Callable[[Page], None]


def states(server: Server, browser: Browser) -> Iterator[State]:
    """Yield each state by its name, and the page that is in it until the next one is asked for."""
    page = open_page(browser, server.url, reduced_motion="reduce")
    yield from _opened(server, page)
    yield from _ideas(server, page)
    yield from _sweep(server, page)
    yield from _class(server, browser, page)
    yield from _training(server, page)


def _opened(server: Server, page: Page) -> Iterator[State]:
    visit(page, server.url)
    page.get_by_test_id("stPopoverButton").filter(has_text="How good, how soon?").click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("Time to a validation accuracy")
    yield "a popover of Train", page
    visit(page, f"{server.url}/runs")
    page.get_by_test_id("stPopoverButton").filter(has_text="Import a run").click()
    wrong = {"name": "wrong.zip", "mimeType": "application/zip", "buffer": b"no zip"}
    page.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]
    expect(page.get_by_test_id("stPopoverBody").get_by_test_id("stAlert")).to_be_visible()
    yield "a refused upload", page


def _ideas(server: Server, page: Page) -> Iterator[State]:
    for address in SLIDES:
        _show(page, f"{server.url}/{address}", "toolbar")
        yield address, page


def _sweep(server: Server, page: Page) -> Iterator[State]:
    group = swept(server.store, 12)
    server.store.end_group(group.id, "finished")
    _show(page, f"{server.url}/sweep?sweep={group.id}", "heading", "What the settings do")
    yield "a sweep with results", page


def _class(server: Server, browser: Browser, teacher: Page) -> Iterator[State]:
    visit(teacher, f"{server.url}/class")
    teacher.get_by_role("textbox", name="Name of the class").fill("7c")
    teacher.get_by_role("textbox", name="A word of yours").fill("yellow giraffe")
    teacher.get_by_role("button", name="Make the class").click()
    link = teacher.get_by_test_id("stCode").inner_text().strip()
    settled(teacher)
    yield "a class, to its teacher", teacher
    pupil = open_page(browser, link, reduced_motion="reduce")
    settled(pupil)
    yield "a class, to who comes", pupil
    pupil.get_by_role("textbox", name="Your nickname").fill("Ada")
    pupil.get_by_role("button", name="Join and train").click()
    expect(pupil.get_by_text("you are Ada")).to_be_visible()
    settled(pupil)
    yield "a class' task, to a pupil", pupil


def _training(server: Server, page: Page) -> Iterator[State]:
    """Yield a run while it trains, as page and as slides, and once it was stopped what is said of it."""
    run = server.store.create(LIVES, "lives", "quick-start")
    until(lambda: len(server.store.history(run.id).epochs) > 1, "two epochs")
    _show(page, f"{server.url}/?run={run.id}", "button", "Pause")
    yield "a run that trains", page
    _show(page, f"{server.url}/?run={run.id}&present=2", "toolbar")
    yield "a slide of a run that trains", page
    server.store.ask(run.id, Command.STOP)
    until(lambda: server.store.get(run.id).results, "its results")
    for part in PARTS:
        visit(page, f"{server.url}/results?run={run.id}&part={part.replace(' ', '+')}")
        yield f"results, {part}", page
    for look in INSIDE:
        visit(page, f"{server.url}/results?run={run.id}&part=Inside&look={look.replace(' ', '+')}")
        yield f"inside, {look}", page


def _show(page: Page, address: str, role: str, name: str = "") -> None:
    page.goto(address)
    found = page.get_by_role(role, name=name) if name else page.get_by_role(role)  # type: ignore[arg-type]
    expect(found.first).to_be_visible()
    settled(page)
