"""Ask, prove, and only then write: an answer is tried with a desk that is kept nowhere."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mcdesk.cli.call import Call
from mcdesk.cli.terminal.tables import Cell
from mcdesk.errors import DeskError, KeyringProblem, Refused, SettingsProblem, UsageProblem

if TYPE_CHECKING:
    from mcdesk.desk.trial import Trial

T = TypeVar("T")
# Wrong answers to one question after which it is left.
TRIES = 5
_LISTED = 12
# What is proved of the answers that no question is about: by the beginnings of their keys.
_PROOFS = {
    "login": ("autotask.",),
    "me": ("autotask.me", "autotask.role"),
    "templates": ("templates.", "mc.template"),
    "resources": ("mc.resources",),
    "stale": ("stale.",),
    "notes": ("note.",),
    "statuses": ("claim.", "scheduling."),
    "mail": ("mail.",),
}


class Proving:
    """The *answers* so far, KEY=VALUE or typed, over a team file to *start* from.

    *draft* is what the settings would be; nothing of it is written but by `keep`.
    """

    def __init__(self, call: Call, answers: Sequence[str], start: Path | None) -> None:
        self._call = call
        self._desk = call.desk
        self._output = call.output
        self._answers = dict(_answer(text) for text in answers)
        self._left = set(self._answers)
        self.draft = self._desk.draft(start)
        # What can never be allowed is refused before anything is asked or written.
        self.draft.with_texts(self._answers)
        self._written = self._desk.draft()
        self._of_a_team = start is not None
        self._secrets: dict[str, str] = {}
        self._keyring_failed = False

    def prove(
        self,
        key: str,
        question: str,
        look: Callable[["Trial"], object],
        *,
        default: str = "",
    ) -> None:
        """Ask for *key* until *look* is content with it."""
        before, asked = self.draft, key not in self._answers
        for attempt in range(TRIES):
            try:
                self.ask(key, question, default=default)
                self.tried(look)
            except Refused:
                raise
            except DeskError as problem:
                if not (asked and self._desk.interactive) or attempt + 1 == TRIES:
                    raise
                self._explain(problem)
                self.draft = before
            else:
                return

    def ask(self, key: str, question: str, *, default: str = "") -> None:
        """Take the answer given beforehand, else ask where somebody is there."""
        if key in self._answers:
            self.take(key)
            return
        current = self.value(key)
        if not self._desk.interactive:
            if current is None and default:
                self.set(key, default)
            return
        usually = default or self.tried(lambda desk: desk.value_of(key))
        shown = usually if current is None else current
        usual = ", ".join(shown) if isinstance(shown, (list, tuple)) else str(shown)
        typed = self._call.answer(f"{question} [{usual}]:" if usual else f"{question}:")
        if typed is None:
            raise Refused("stopped: what was proved so far is kept")
        if typed or (current is None and default):
            self.set(key, typed or usual)

    def prove_secrets(
        self,
        secrets: Mapping[str, str],
        look: Callable[["Trial"], object],
        *,
        wrong: tuple[type[DeskError], ...],
        explain: str = "",
    ) -> None:
        """Ask for *secrets* (name to words) until *look* is content with them.

        They are asked for again only after errors that are *wrong* secrets, and only where typing
        them helps: what the environment has outranks whatever is typed.
        """
        for attempt in range(TRIES):
            for name, words in secrets.items():
                self._secret(name, words, again=attempt > 0)
            try:
                self.tried(look)
            except wrong as problem:
                if not self._desk.interactive or attempt + 1 == TRIES:
                    raise
                if all(self._desk.environ.get(_variable(name)) for name in secrets):
                    raise
                self._output.talk(f"error: {problem.message}")
                if explain:
                    self.say(explain)
            else:
                return

    def _secret(self, name: str, words: str, *, again: bool) -> None:
        """Take a secret from where secrets are, else ask; with *again* the one there was wrong.

        The one in the keyring can be replaced: Enter keeps it.
        """
        origin = self.tried(lambda desk: desk.secret_origin(name))
        if not self._desk.interactive:
            if origin == "missing":
                raise SettingsProblem(
                    f"{name} is missing", hint=f"set {_variable(name)}, or run it on a terminal"
                )
            return
        if origin == "keyring":
            if typed := self._call.secret(f"{words} (Enter keeps the one in the keyring):"):
                self._secrets[name] = typed
        elif origin == "missing" or (again and not self._desk.environ.get(_variable(name))):
            self._secrets[name] = self._call.secret(f"{words} (not shown):")

    def tried(self, look: Callable[["Trial"], T]) -> T:
        """Look with a desk that has what was answered so far, and is kept nowhere."""
        desk = self.trial()
        try:
            return look(desk)
        finally:
            desk.close()

    def take(self, *prefixes: str) -> None:
        """Take the answers given beforehand to keys that start so, together."""
        taken = {key: self._answers[key] for key in self._left if key.startswith(prefixes)}
        self.draft = self.draft.with_texts(taken)
        self._left -= taken.keys()

    def take_the_rest(self) -> None:
        """Take the answers that no question was about, prove them, and keep everything."""
        rest = tuple(sorted(self._left))
        self.take(*rest)
        for what, prefixes in _PROOFS.items():
            if self._of_a_team or any(key.startswith(prefixes) for key in rest):
                self.tried(partial(_proves, what))
        self._of_a_team = False
        self.keep()

    def trial(self) -> "Trial":
        """Give a desk that has what was answered so far, and is kept nowhere."""
        return self._desk.trial(self.draft, self._secrets)

    def kept(self) -> "Trial":
        """Give a desk that finds only what the next command will find."""
        return self._desk.trial(self.draft, {})

    def keep(self) -> None:
        """Write what was proved: settings to the file, secrets to the keyring.

        The settings of a team file are proved last, and written then.
        """
        if self.draft != self._written and not self._of_a_team:
            if self._desk.write_draft(self.draft):
                file = self._desk.settings_file
                self.say(f"Comments were lost; the former file is {file}.1")
            self._written = self.draft
        if not self._secrets or self._keyring_failed:
            return
        try:
            self.tried(lambda desk: desk.keep_secrets(self._secrets))
        except KeyringProblem as problem:
            self._keyring_failed = True
            self._output.error(problem)
            names = ", ".join(map(_variable, self._secrets))
            self.say(
                "The secrets were not kept, for a plain file is no place for them. Either set "
                f"{names} where mcdesk runs, or name a program that prints them: "
                'mcdesk config set autotask.secret_command \'["program", "argument"]\''
            )
            return
        self.say("The secrets are in the keyring.")
        self._secrets = {}

    def offer(self, what: str) -> None:
        """List what can be chosen, where somebody is there."""
        if self._desk.interactive:
            found = self.tried(lambda desk: desk.choices(what))
            more = f", and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
            self.say("There are: " + ", ".join(found[:_LISTED]) + more)

    def offer_queues(self) -> None:
        """List the queues by their unclaimed tickets, where somebody is there."""
        if self._desk.interactive:
            for label, number in self.tried(lambda desk: desk.queues_by_unclaimed())[:_LISTED]:
                self.say(f"  {number:>4} unclaimed  {label}")

    def about(self, prefix: str) -> bool:
        """Tell whether an answer was given beforehand to a key that starts so."""
        return any(key.startswith(prefix) for key in self._answers)

    def value(self, key: str) -> Any:
        """Give what the draft has for *key*, None where it is silent."""
        return self.draft.value(key)

    def set(self, key: str, text: str) -> None:
        """Put an answer into the draft."""
        self.draft = self.draft.with_text(key, text)

    def title(self, name: str) -> None:
        """Begin a section."""
        self._output.talk("")
        self._output.aside.line(Cell(name.upper(), "bold"))

    def say(self, text: str) -> None:
        """Tell whoever is there."""
        self._output.aside.block(text)

    def _explain(self, problem: DeskError) -> None:
        """Say what is wrong with an answer; where settings stand is no help just now."""
        self._output.talk(f"error: {problem.message}")
        if problem.hint and not isinstance(problem, SettingsProblem):
            self._output.talk(f"hint: {problem.hint}")


def _proves(what: str, desk: "Trial") -> None:
    desk.prove(what)


def _variable(name: str) -> str:
    return f"MCDESK_{name.upper()}"


def _answer(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or "." not in key:
        raise UsageProblem(f'"{text}" is no answer', hint="--set stale.after_minutes=60")
    return key.strip(), value
