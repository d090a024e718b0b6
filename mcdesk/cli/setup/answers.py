"""Ask, prove, and only then write: each answer is tried with a second desk that has it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mcdesk.cli.call import Call
from mcdesk.cli.setup.picking import Choice, pick
from mcdesk.cli.setup.proofs import BY_KEY, Proof
from mcdesk.cli.terminal.tables import Cell
from mcdesk.credentials import SecretName, variable
from mcdesk.desk import Desk
from mcdesk.errors import DeskError, KeyringProblem, Refused, SettingsProblem, UsageProblem
from mcdesk.settings.draft import Draft
from mcdesk.settings.listing import listed

# Wrong answers to one question after which it is left.
TRIES = 5
# What a team file may lack, and nothing works without.
_NEEDED = {
    *("autotask.username", "autotask.me", "note.note_type"),
    *("mail.smtp.username", "mail.graph.sender"),
}


class Answers:
    """The *answers* so far, KEY=VALUE or typed, over a team file to *start* from.

    *draft* is what the settings would be; nothing of it is written but by `keep`. *of_a_team* is
    whether a team file is still to be proved.
    """

    def __init__(self, call: Call, answers: Sequence[str], start: Path | None) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._answers = dict(_answer(text) for text in answers)
        self._left = set(self._answers)
        self._written = Draft.read(self._desk.settings_file)
        self.draft = _over_team_file(self._written, start) if start else self._written
        # What can never be allowed is refused before anything is asked or written.
        self.draft.with_texts(self._answers)
        self.of_a_team = start is not None
        self._secrets: dict[SecretName, str] = {}
        self._keyring_failed = False

    def asks(self, key: str) -> bool:
        """Return whether *key* is asked about: nobody said it beforehand, and somebody is there.

        From a team file only what it does not know is asked.
        """
        if key in self._answers or not self._desk.interactive:
            return False
        return not self.of_a_team or (key in _NEEDED and self.draft.value(key) is None)

    def prove(
        self,
        key: str,
        question: str,
        proof: Proof = lambda desk: None,
        *,
        default: str = "",
        choices: Callable[[Desk], Sequence[Choice]] | None = None,
        several: bool = False,
    ) -> None:
        """Ask for *key*, one or *several* of the *choices* if there are some, until *proof* holds.

        Raises what the proof raises if it is of no use to ask again.
        """
        before = self.draft
        found = choices(self.second_desk()) if choices and self.asks(key) else ()
        for left in reversed(range(TRIES)):
            try:
                self._ask(key, question, default, found, several=several)
                proof(self.second_desk())
                return
            except Refused:
                raise
            except DeskError as problem:
                if not (left and self.asks(key)):
                    raise
                self.explain(problem)
                self.draft = before

    def explain(self, problem: DeskError) -> None:
        """Say what is wrong with an answer; the place of a setting is no help just now."""
        self._output.talk(f"error: {problem.message}")
        if problem.hint and not isinstance(problem, SettingsProblem):
            self._output.talk(f"hint: {problem.hint}")

    def _ask(
        self, key: str, question: str, default: str, choices: Sequence[Choice], *, several: bool
    ) -> None:
        """Take the answer given beforehand, else ask if somebody is there."""
        if key in self._answers:
            self.take(key)
            return
        current = self.draft.value(key)
        if not self.asks(key):
            if current is None and default:
                self.set(key, default)
            return
        usually = (default or self._in_force(key)) if current is None else current
        usual = usually if isinstance(usually, (list, tuple)) else [str(usually)]
        if choices:
            typed = pick(self._call, question, choices, usual, several=several)
        else:
            shown = ", ".join(usual)
            typed = self._call.answer(f"{question} [{shown}]:" if shown else f"{question}:")
        if typed is None:
            raise Refused("stopped: what was checked so far is saved")
        if typed or (current is None and default):
            self.set(key, typed or default)

    def prove_secrets(
        self,
        secrets: Mapping[SecretName, str],
        proof: Proof,
        *,
        wrong: tuple[type[DeskError], ...],
        explain: str = "",
    ) -> None:
        """Ask for *secrets* (name to words) until *proof* holds.

        They are asked for again only after errors that are *wrong* secrets, and only if typing
        them helps: what the environment has outranks whatever is typed.
        """
        typing_helps = not all(self._desk.environ.get(variable(name)) for name in secrets)
        for left in reversed(range(TRIES)):
            for name, words in secrets.items():
                self._secret(name, words, again=left + 1 < TRIES)
            try:
                proof(self.second_desk())
                return
            except wrong as problem:
                if not (left and typing_helps and self._desk.interactive):
                    raise
                self._output.talk(f"error: {problem.message}")
                if explain:
                    self.say(explain)

    def _secret(self, name: SecretName, words: str, *, again: bool) -> None:
        """Take a secret from its source, else ask; with *again* the one there was wrong.

        The one in the keyring can be replaced: Enter keeps it. The demo needs none.
        """
        if self._desk.in_demo:
            return
        origin = self.second_desk().secrets.origin(name)
        if not self._desk.interactive:
            if origin == "missing":
                raise SettingsProblem(
                    f"{name} is missing", hint=f"set {variable(name)}, or run it on a terminal"
                )
            return
        if origin == "keyring":
            if typed := self._call.secret(f"{words} (Enter keeps the one in the keyring):"):
                self._secrets[name] = typed
        elif origin == "missing" or (again and not self._desk.environ.get(variable(name))):
            self._secrets[name] = self._call.secret(f"{words} (not shown):")

    def take(self, *prefixes: str) -> None:
        """Take the answers given beforehand to keys that start so, together."""
        taken = {key: self._answers[key] for key in self._left if key.startswith(prefixes)}
        self.draft = self.draft.with_texts(taken)
        self._left -= taken.keys()

    def take_the_rest(self) -> None:
        """Take the answers that no question was about, prove them, and keep everything."""
        rest = tuple(sorted(self._left))
        self.take(*rest)
        for proof, prefixes in BY_KEY:
            if self.of_a_team or any(key.startswith(prefixes) for key in rest):
                proof(self.second_desk())
        self.of_a_team = False
        self.keep()

    def second_desk(self) -> Desk:
        """Return a desk that has what was answered so far, and keeps nothing."""
        return self._desk.second(self.draft, self._secrets)

    def keep(self) -> None:
        """Write what was proved: settings to the file, secrets to the keyring.

        The settings of a team file are proved last, and written then.
        """
        if self.draft != self._written and not self.of_a_team:
            self._write(self._desk.settings_file)
        if not self._secrets or self._keyring_failed:
            return
        try:
            self.second_desk().secrets.store(self._secrets)
        except KeyringProblem as problem:
            self._keyring_failed = True
            self._output.error(problem)
            names = ", ".join(map(variable, self._secrets))
            self.say(
                "Secrets were not saved: mcdesk never stores them in a plain file. Either set "
                f"{names} where mcdesk runs, or name a program that prints them: "
                "mcdesk config set autotask.secret_command PROGRAM ARGUMENT"
            )
            return
        self.say("The secrets are in the keyring.")
        self._secrets = {}

    def _write(self, file: Path) -> None:
        """Write the settings over those that they were made from, and over no others."""
        with self._desk.settings_lock.held():
            if Draft.read(file) != self._written:
                raise Refused(
                    "another mcdesk changed config.toml in the meantime, so it was left as it is",
                    hint="start `mcdesk setup` again",
                )
            lost = self.draft.save(file)
        if lost:
            self.say(f"Comments were lost; the old file is {file}.1")
        self._written = self.draft

    def about(self, prefix: str) -> bool:
        """Return whether an answer was given beforehand to a key that starts so."""
        return any(key.startswith(prefix) for key in self._answers)

    def _in_force(self, key: str) -> Any:
        """Return the value that *key* has, its default included; "" for none."""
        settings = listed(self.second_desk().settings, self._desk.settings_file, environ={})
        return next((each.value for each in settings if each.key == key), "")

    def set(self, key: str, text: str) -> None:
        """Put an answer into the draft."""
        self.draft = self.draft.with_text(key, text)

    def title(self, name: str) -> None:
        """Begin a section."""
        self._output.talk("")
        self._output.aside.line(Cell(name.upper(), "bold"))

    def say(self, text: str) -> None:
        """Write *text* for whoever is there."""
        self._output.aside.text(text)


def _over_team_file(draft: Draft, start: Path) -> Draft:
    if not start.exists():
        raise UsageProblem(f"{start} does not exist")
    return Draft.read(start).with_table(draft.table)


def _answer(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or "." not in key:
        raise UsageProblem(f'"{text}" is not an answer', hint="--set stale.after_minutes=60")
    return key.strip(), value
