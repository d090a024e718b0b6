"""secret_command: what it may print, and that errors never repeat what it printed."""

import sys

import pytest

from mcdesk.credentials.program import secrets_from
from mcdesk.errors import SettingsProblem

NAMES = (
    "autotask_secret, autotask_integration_code, smtp_password, graph_client_secret, slack_webhook"
)


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


def complaint(*argv: str, limit: float = 30) -> str:
    with pytest.raises(SettingsProblem) as caught:
        secrets_from(argv, limit=limit)
    error = caught.value
    assert error.__cause__ is None or isinstance(error.__cause__, OSError)
    assert error.__context__ is None or isinstance(error.__context__, OSError)
    return error.message.removeprefix("the program of autotask.secret_command ")


def test_documented_keys() -> None:
    program = """print('{"autotask_secret": "a", "autotask_integration_code": "i",
        "smtp_password": "p", "graph_client_secret": "g", "slack_webhook": "w"}'
        .replace(chr(10), ""))"""
    assert secrets_from(python(f"print({'{}'!r})")) == {}
    assert list(secrets_from(python(program.replace("\n", "")))) == NAMES.split(", ")


def test_byte_order_mark_of_powershell() -> None:
    program = """import sys; sys.stdout.buffer.write('\\ufeff{"smtp_password": "é"}'.encode())"""
    assert secrets_from(python(program)) == {"smtp_password": "é"}


@pytest.mark.parametrize(
    ("program", "message"),
    [
        pytest.param("print('hunter2')", "did not print a JSON object", id="no JSON"),
        pytest.param("print('[\"hunter2\"]')", "did not print a JSON object", id="a list"),
        pytest.param("pass", "did not print a JSON object", id="nothing"),
        pytest.param("print('[' * 99999)", "did not print a JSON object", id="nested"),
        pytest.param(
            'print(\'{"hunter2": "x"}\')', f"printed keys other than {NAMES}", id="unknown key"
        ),
        pytest.param(
            'print(\'{"smtp_password": ["hunter2"]}\')',
            "printed a value of smtp_password that is not text",
            id="no text",
        ),
        pytest.param(
            "import sys; sys.exit(3)", "failed with exit code 3", id="exit code without a word"
        ),
        pytest.param(
            "import sys; print('hunter2'); sys.exit('hunter2 is wrong')",
            "failed with exit code 1",
            id="complaint holds the secret",
        ),
        pytest.param(
            "import sys; sys.exit('password for vault: h-u-n-t-e-r-2' * 30000)",
            "failed with exit code 1",
            id="complaint of a megabyte",
        ),
    ],
)
def test_failure_never_shows_what_was_printed(program: str, message: str) -> None:
    assert complaint(*python(program)) == message


def test_how_to_see_what_it_says_is_told_without_its_arguments() -> None:
    with pytest.raises(SettingsProblem) as caught:
        secrets_from((*python("import sys; sys.exit(2)"), "--password", "hunter2"))
    assert "run it by hand, as `mcdesk config` shows it" in str(caught.value.hint)
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"


def test_program_that_is_not_there() -> None:
    assert complaint("no-such-program").startswith("cannot be run: ")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("print('hunter2', flush=True); import time; time.sleep(60)", id="itself"),
        pytest.param(
            "import subprocess, sys, time;"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)']);"
            "time.sleep(60)",
            id="with a child that holds its output",
        ),
    ],
)
def test_program_that_does_not_end(program: str) -> None:
    assert complaint(*python(program), limit=1) == "did not finish within 1 seconds"


def test_arguments_are_not_read_by_a_shell() -> None:
    echo = "import json, sys; print(json.dumps({'smtp_password': sys.argv[1]}))"
    argv = (*python(echo), "$HOME; `id` & %PATH%")
    assert secrets_from(argv) == {"smtp_password": "$HOME; `id` & %PATH%"}


def test_standard_input_is_left_alone() -> None:
    echo = "import json, sys; print(json.dumps({'smtp_password': sys.stdin.read()}))"
    assert secrets_from(python(echo)) == {"smtp_password": ""}
