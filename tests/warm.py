"""A warm mcdesk that forks a call for each line on stdin, and kills it after so many milliseconds.

A line is JSON: {"argv": [...], "after": 12.5}. It answers "killed" or "ended" per line.
"""

import json
import os
import signal
import sys
import time

import mcdesk.autotask.client

# What the calls need, so that a forked one spends its time on its work.
import mcdesk.cli.claim
import mcdesk.cli.note
import mcdesk.cli.send_link
import mcdesk.cli.send_to_mc.conversation
import mcdesk.desk.engine
import mcdesk.mail.smtp
import mcdesk.ops.claim
import mcdesk.ops.link
import mcdesk.ops.steps.mail
import mcdesk.ops.steps.note
import mcdesk.ops.steps.ticket  # noqa: F401
from mcdesk.__main__ import main


def call(argv: list[str]) -> None:
    """Be the call, and nothing else."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    code = 70
    try:
        code = main(argv)
    finally:
        os._exit(code)


def run(argv: list[str], after: float) -> str:
    """Fork a call and kill it after *after* milliseconds, unless it has ended."""
    child = os.fork()
    if child == 0:
        call(argv)
    time.sleep(after / 1000)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else "ended"


if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(run(order["argv"], order["after"]) + "\n")
        sys.stdout.flush()
