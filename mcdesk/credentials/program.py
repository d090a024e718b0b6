"""secret_command: a program of the user's whose output is the secrets, as one JSON object.

Nothing that it prints, to either stream, is ever repeated: it may hold secrets even when it is
wrong. Nor are its arguments, in which people write some.
"""

import shutil
import subprocess
from collections.abc import Sequence

from mcdesk.credentials.secret import SECRET_NAMES, json_object
from mcdesk.deadline import Overdue, within
from mcdesk.encodings import text_from
from mcdesk.errors import SettingsProblem

LIMIT = 10.0  # seconds


def secrets_from(argv: Sequence[str], *, limit: float = LIMIT) -> dict[str, str]:
    """Run *argv*, without a shell, and return the secrets it prints by their names.

    It may take *limit* seconds. Raises SettingsProblem when it cannot be run, fails, or prints
    anything but the JSON object.
    """
    ended = _run(argv, limit)
    if ended.returncode != 0:
        raise _problem(f"failed with exit code {ended.returncode}")
    return _read(text_from(ended.stdout))


def _run(argv: Sequence[str], limit: float) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(argv[0]) or argv[0]  # Windows finds .cmd files only by this

    def run() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603  # the user's own program, never through a shell
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            check=False,
        )

    try:
        # Killing a program does not end what it started, which may hold its output open.
        return within(limit + 1, run)
    except OSError as error:
        trouble = f"cannot be run: {error.strerror or error}"
    except (subprocess.TimeoutExpired, Overdue):  # TimeoutExpired carries the output: not chained
        trouble = f"did not finish within {limit:g} seconds"
    raise _problem(trouble)


def _read(output: str) -> dict[str, str]:
    printed = json_object(output)
    if printed is None:
        raise _problem("did not print a JSON object")
    if "\N{REPLACEMENT CHARACTER}" in output:
        raise _problem("printed a character that cannot be read")
    if printed.keys() - set(SECRET_NAMES):
        raise _problem(f"printed keys other than {', '.join(SECRET_NAMES)}")
    secrets = {name: content for name, content in printed.items() if isinstance(content, str)}
    if wrong := [name for name in printed if name not in secrets]:
        raise _problem(f"printed a value of {wrong[0]} that is not text")
    return secrets


def _problem(text: str) -> SettingsProblem:
    return SettingsProblem(
        f"the program of autotask.secret_command {text}",
        hint="run it by hand, as `mcdesk config` shows it, to see what it says; "
        "or change autotask.secret_command",
    )
