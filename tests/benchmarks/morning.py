"""The board on a pseudo-terminal: its first paint beside `stale`, and what a key costs it."""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from serving import HERE, Setting

sys.path.append(str(HERE.parent))
from terminals import Terminal, terminal

FIRST_PAINT, A_KEY = 1.5, 0.05
TIMES, KEYS, MANY = 5, 40, 500
DELAY = 0.3
_TICKS = os.sysconf("SC_CLK_TCK")


def board(setting: Setting) -> None:
    """Hold the first paint against `stale` on a slow server, and time keys over many tickets."""
    first_paint(setting)
    keys(setting)


def first_paint(setting: Setting) -> None:
    """Hold the time until tickets are to be seen against that of `stale`, in turn."""
    with setting.served(80, delay=DELAY) as server:
        environ = setting.home(server.url)
        home = Path(environ["MCDESK_HOME"])
        ratios, processors = [], []
        for _ in range(TIMES + 1):  # the first one fetches the day's names and labels
            started = perf_counter()
            with terminal(home, "stale", environ=environ) as stale:
                stale.until("The desk is")
                plain = perf_counter() - started
            started = perf_counter()
            with terminal(home, "watch", environ=environ) as shown:
                shown.until(r"> T\d{8}\.\d{4}")
                ratios.append((perf_counter() - started) / plain)
                processors.append(processor(shown))
                shown.press("q")
                shown.end()
    spread = f"{min(ratios[1:]):.2f} to {max(ratios[1:]):.2f}"
    setting.report.judge(
        "board, stale", "first paint", median(ratios[1:]), FIRST_PAINT, more=spread
    )
    setting.report.say(f"The board has used {median(processors):.2f} s of processor time by then")


def keys(setting: Setting) -> None:
    """Time what a key costs with many tickets in the list."""
    with setting.served(MANY) as server:
        environ = setting.home(server.url)
        with terminal(Path(environ["MCDESK_HOME"]), "watch", environ=environ) as shown:
            shown.until(r"> T\d{8}\.\d{4}")
            before = processor(shown)
            for _ in range(KEYS):
                shown.press("j")
                shown.until(r"> T\d{8}\.\d{4}")
            cost = (processor(shown) - before) / KEYS
    figure = f"j over {MANY} tickets"
    setting.report.judge("board, a key", figure, cost, A_KEY, places=3, unit=" s")


def processor(shown: Terminal) -> float:
    """Return the processor time that its process has used, in seconds."""
    fields = Path(f"/proc/{shown.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / _TICKS
