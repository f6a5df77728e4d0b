"""What a page that was left still asks for: its ticks are on their way while the next page is being drawn."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.attacks.stranger import Stranger, buttons
from tests.attacks.test_server import of_anna
from tests.browser.server import Server

OVER = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def begun(messages: list[ForwardMsg]) -> list[str]:
    """Return which pages a server began to draw, by their hashes, also where only a part was drawn anew."""
    return [one.new_session.page_script_hash for one in messages if one.WhichOneof("type") == "new_session"]


def is_over(message: ForwardMsg) -> bool:
    return message.WhichOneof("type") == "script_finished" and message.script_finished in OVER


def test_a_tick_of_the_page_that_was_left_does_not_empty_the_next_one(
    server: Server, stranger: Stranger
) -> None:
    run_id = of_anna(server)
    drawn = stranger.show("results", f"run={run_id}")
    (page,) = {one.navigation.page_script_hash for one in drawn if one.WhichOneof("type") == "navigation"}
    ticks = [one.auto_rerun.fragment_id for one in drawn if one.WhichOneof("type") == "auto_rerun"]
    assert ticks
    here = {"page_script_hash": page, "query_string": f"run={run_id}"}
    stranger.call(buttons(drawn)["Train this, changed"], **here)
    after = [stranger.hear()]
    while set(begun(after)) <= {page}:
        after.append(stranger.hear())
    for tick in ticks:  # before the browser knows of the new page
        stranger.call(**here, fragment_id=tick, is_auto_rerun=True)
    while not is_over(after[-1]):
        after.append(stranger.hear())
    train = begun(after)[-1]
    assert train != page
    stranger.call(page_script_hash=train)
    more = [stranger.hear()]
    while not is_over(more[-1]):
        more.append(stranger.hear())
    assert set(begun(more)) == {train}  # a browser empties its page when another one is begun
