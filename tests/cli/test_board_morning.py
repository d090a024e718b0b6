"""A morning at the demo's board: twenty waiting tickets are cleared with at most 45 keys."""

import re
from pathlib import Path

from systems import PSEUDO_TERMINAL
from terminals import Terminal, terminal
from worlds import World

from mcdesk.sandbox.people import VENDOR

pytestmark = PSEUDO_TERMINAL
ME = 20
MOST_KEYS = 45
AGAIN = r"y yes  n/Esc no"
PLAIN = r"y/Enter yes"


class Morning:
    """Somebody who presses keys at *board*, and counts them."""

    def __init__(self, board: Terminal) -> None:
        self.board = board
        self.keys = 0
        self.claimed: list[str] = []
        self.sent: list[str] = []

    def press(self, key: str) -> None:
        self.board.press(key)
        self.keys += 1

    def agree(self, *outcomes: str) -> str:
        """Say yes to the question, and to each that a safety rule asks; return the outcome."""
        self.board.until(PLAIN)
        self.press("\r")
        while (seen := self.board.until(AGAIN, *outcomes)) == AGAIN:
            self.press("y")
        return seen

    def claim(self, number: str) -> None:
        self.press("c")
        self.agree(rf"{number} is yours \(verified\)")
        self.claimed.append(number)

    def send(self, number: str) -> None:
        self.press("s")
        self.agree(rf"{number} sent and verified")
        self.sent.append(number)

    def send_marked(self, numbers: list[str]) -> None:
        for _ in numbers:
            self.press(" ")
        self.press("s")
        self.agree(rf"{len(numbers)} sent")
        self.sent += numbers

    def undo(self, number: str) -> None:
        self.press("u")
        self.agree(rf"{number} undone \(verified\)")
        self.claimed.remove(number)


def test_twenty_tickets_with_at_most_45_keys(app_folder: Path) -> None:
    now = {"MCDESK_NOW": "2026-11-23T15:00:00Z", "MCDESK_HOME": str(app_folder)}
    with terminal(app_folder, "--demo", "watch", environ=now, size=(80, 40)) as board:
        board.until(r"(?:[> ] T\d{8}\.\d{4}  [\s\S]*?){24}")
        waiting = re.findall(r"[> ] (T\d{8}\.\d{4})  ", board.all())
        waiting = list(dict.fromkeys(waiting))
        assert len(waiting) >= 24
        morning = Morning(board)
        for number in waiting[:8]:
            morning.claim(number)
        morning.undo(waiting[7])
        for number in waiting[8:13]:
            morning.send(number)
        morning.send_marked(waiting[13:18])
        for number in waiting[18:21]:
            morning.claim(number)
        board.press("q")
        assert board.end() == 0
    world = World.open(app_folder / "demo" / "world.db")
    held = {row["ticketNumber"]: row["assignedResourceID"] for row in world.rows("Tickets")}
    assert len({*morning.claimed, *morning.sent}) == 20
    assert {number: held[number] for number in morning.claimed} == dict.fromkeys(
        morning.claimed, ME
    )
    assert {number: held[number] for number in morning.sent} == dict.fromkeys(morning.sent, VENDOR)
    assert held[waiting[7]] is None
    assert morning.keys <= MOST_KEYS
