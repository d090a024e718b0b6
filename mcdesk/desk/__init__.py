"""The desk: the only place where the parts are put together, each when it is first used."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from mcdesk.core.wording import writable
from mcdesk.desk.configuring import Configuring
from mcdesk.errors import SettingsProblem, StoreProblem, UsageProblem

if TYPE_CHECKING:
    from mcdesk.core.callscript import Words
    from mcdesk.core.operations import Origin
    from mcdesk.core.tickets import Person
    from mcdesk.desk.trial import Trial
    from mcdesk.mail.mailer import Mailer
    from mcdesk.ops.alerting import Poster
    from mcdesk.ops.doctor import Check
    from mcdesk.ops.engine import Engine
    from mcdesk.ops.staff import Vendor
    from mcdesk.ops.stale import Search
    from mcdesk.ops.watch import Watch
    from mcdesk.settings import Template
    from mcdesk.settings.draft import Draft
    from mcdesk.store.lock import Lock


_LAST_STALE = "last stale"
# More than this nobody looks through on Tab.
_MOST_OFFERED = 50


class Desk(Configuring):
    """Everything a command may need: the use cases, on the parts that they take."""

    @cached_property
    def me(self) -> "Person | None":
        """The technician, None where the settings do not say; raises LabelProblem if unknown."""
        name = self.settings.autotask.me
        if not name:
            return None
        from mcdesk.core.tenant import Need

        return self.autotask.resolved(Need.PEOPLE, lambda tenant: tenant.person(name))[1]

    @cached_property
    def mailer(self) -> "Mailer":
        """The way for mail that the settings choose; in the demo, its own inbox."""
        if self.in_demo:
            return self.demo.mailer
        from mcdesk.desk.mail import make_mailer

        return make_mailer(self)

    def new_message_id(self, *, to_customer: bool = False) -> str:
        """Make the id of a new mail: nothing of this computer is in it."""
        from uuid import uuid4

        from mcdesk.mail.customers import new_message_id

        settings = self.settings
        sender = settings.scheduling_sender if to_customer else settings.mail.sender
        return new_message_id(
            sender or settings.autotask.me,
            (settings.mc.name, settings.mc.dispatch_email),
            lambda: uuid4().hex,
        )

    def template(self, name: str) -> "tuple[str, Template]":
        """Find the template *name*, "" for the usual one; raise UsageProblem for an unknown one."""
        name = name or self.settings.mc.template
        known = self.settings.templates
        if name not in known:
            raise UsageProblem(
                f'there is no template "{name}"', hint=f"config.toml has: {', '.join(known)}"
            )
        return name, known[name]

    @cached_property
    def origin(self) -> "Origin":
        """Where what is done from here stems from."""
        from platform import node

        from mcdesk.core.operations import Origin

        return Origin(
            who=self._who(),
            user_name=self.settings.autotask.username,
            computer=writable(node()).casefold(),
        )

    def lock_of(self, n: int) -> "Lock":
        """Return the lock of operation *n*, which dies with its process."""
        from mcdesk.store.lock import Lock

        return Lock(
            self.home / "locks" / f"{n}.lock",
            doing=f"at number {n}",
            hint="`mcdesk outbox` shows how far it has come",
            patience=60.0,
        )

    @cached_property
    def engine(self) -> "Engine":
        """The one engine that writes."""
        from mcdesk.desk.engine import make_engine

        return make_engine(self)

    def _who(self) -> str:
        """Say for the journal who sits here: the technician, and the account of this computer."""
        account = next(
            (
                self.environ[name]
                for name in ("USERNAME", "LOGNAME", "USER")
                if name in self.environ
            ),
            "",
        )
        return " / ".join(part for part in (self.settings.autotask.me, writable(account)) if part)

    def remember_stale(self, tickets: Iterable[tuple[str, str, str]]) -> None:
        """Remember numbers, companies and titles of what `stale` has found, for completion."""
        with suppress(StoreProblem):
            self.cache.put(_LAST_STALE, list(islice(tickets, _MOST_OFFERED)))

    def last_stale(self) -> list[tuple[str, str, str]]:
        """Give what `stale` found last, at most a day ago; asks nothing of the network."""
        return self.cache.get(_LAST_STALE, list[tuple[str, str, str]]) or []

    def spoken_words(self) -> "Words":
        """Give what a call needs of the settings; raise SettingsProblem as the whole file does."""
        from mcdesk.settings import spoken_words

        words = spoken_words(self.settings_file)
        if words is None:
            _ = self.settings  # says what is wrong
            raise SettingsProblem(f"{self.settings_file}: the table mc is not understood")
        return words

    def checks(self, *, send_test: bool = False) -> "list[Check]":
        """List what `doctor` checks; with *send_test*, it posts a line to Slack."""
        from mcdesk.desk.checks import checks

        return checks(self, send_test=send_test)

    @cached_property
    def slack(self) -> "Poster":
        """The way to Slack; in the demo, its own inbox."""
        if self.in_demo:
            return self.demo.inbox
        from mcdesk.desk.checks import check_webhook
        from mcdesk.slack import Slack

        webhook = self.secrets.need("slack_webhook").reveal()
        check_webhook(webhook)
        return Slack(webhook, transport=self.slack_transport)

    def watch(self, *, slack: bool) -> "Watch":
        """Give watching; with *slack*, it tells the team: raises SecretsMissing for no webhook."""
        from mcdesk.core.alerts import Rules
        from mcdesk.ops.alerting import Alerting
        from mcdesk.ops.watch import Watch

        minutes = self.settings.slack
        rules = Rules(
            cooldown=timedelta(minutes=minutes.cooldown_minutes),
            last_call=timedelta(minutes=minutes.last_call_minutes),
        )
        alerting = (
            Alerting(self.alerts, self.alert_lock, self.slack, rules, self.hours) if slack else None
        )
        return Watch(
            lambda: self.autotask,
            self.search(),
            self.vendor(),
            self.operations,
            alerting,
            hours=self.hours,
            now=self.now,
        )

    def trial(self, draft: "Draft", secrets: Mapping[str, str]) -> "Trial":
        """Make a desk that tries *draft* and *secrets* out; nothing of them is kept."""
        from mcdesk.desk.trial import Trial

        return Trial.of(self, draft, secrets)

    def new_ticket_page(self) -> str | None:
        """Give the page on which Autotask makes a new ticket (autotask help, ExecuteCommand)."""
        base = self.settings.autotask.web_url
        command = "Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=NewTicket"
        return f"{base.rstrip('/')}/{command}" if base else None

    def search(self) -> "Search":
        """Tell what the settings call stale."""
        from mcdesk.ops.stale import Search

        stale = self.settings.stale
        return Search(stale.queues, stale.statuses, timedelta(minutes=stale.after_minutes))

    def vendor(self) -> "Vendor":
        """Tell who writes in our Autotask for the vendor."""
        from mcdesk.ops.staff import Vendor

        return Vendor(self.settings.mc.resources, self.login.user_name)
