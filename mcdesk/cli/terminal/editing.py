"""Writing a text in the technician's own editor."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mcdesk.encodings import text_from
from mcdesk.errors import Refused, UsageProblem

_SCISSORS = "# ------------------------ 8< ------------------------"


def edited(path: Path, heading: str, environ: Mapping[str, str]) -> str:
    """Let the technician write in *path*, above *heading*; return what they wrote around it.

    The file stays: whoever has stored the text removes it. Raises Refused if nothing was written,
    UsageProblem if no editor can be started.
    """
    path.write_text(f"\n{_SCISSORS}\n{heading}\n", encoding="utf-8")
    try:
        whole = edit_file(path, environ)
    except UsageProblem:
        path.unlink(missing_ok=True)
        raise
    ours = {_SCISSORS, *heading.splitlines()}
    text = "\n".join(line for line in whole.splitlines() if line.rstrip() not in ours).strip()
    if not text:
        path.unlink(missing_ok=True)
        raise Refused("nothing was written, so nothing was sent")
    return text


def edit_file(path: Path, environ: Mapping[str, str]) -> str:
    """Open *path* in the technician's editor, wait for it, and return what the file holds then.

    Raises Refused if the editor failed, UsageProblem if none can be started.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    # Windows paths have backslashes; what holds a blank is in double quotes there.
    try:
        words = [word.strip('"') for word in shlex.split(command, posix=os.name != "nt")]
        # Windows starts a .cmd, such as that of VS Code, only by its whole name.
        words[:1] = [shutil.which(word, path=environ.get("PATH")) or word for word in words[:1]]
        # The technician's own choice of a program, on a file of theirs.
        code = subprocess.run([*words, str(path)], check=False).returncode  # noqa: S603
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"the editor {command} cannot be started: {getattr(error, 'strerror', '') or error}",
            hint="set VISUAL or EDITOR to one that can",
        ) from error
    if code:
        raise Refused(f"the editor ended with {code}", hint=f"what you wrote is in {path}")
    try:
        return text_from(path.read_bytes())
    except FileNotFoundError:
        raise Refused(f"the editor deleted {path}, so there is no text") from None


_USUAL = "notepad" if os.name == "nt" else "vi"
