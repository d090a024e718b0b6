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
    from mcdesk.core.references import Reference
    from mcdesk.core.tickets import Person
    from mcdesk.desk.trial import Trial
    from mcdesk.mail.mailer import Mailer
    from mcdesk.ops.alerting import Poster
    from mcdesk.ops.changing import Changer
    from mcdesk.ops.claim import Claim
    from mcdesk.ops.correspondence import Correspondence
    from mcdesk.ops.delivery import Delivery
    from mcdesk.ops.doctor import Look
    from mcdesk.ops.handoff import Handoff
    from mcdesk.ops.link import Link
    from mcdesk.ops.staff import Vendor
    from mcdesk.ops.stale import Search
    from mcdesk.ops.undo import Undo
    from mcdesk.ops.watch import Watch
    from mcdesk.settings import Template
    from mcdesk.settings.draft import Draft


_LAST_STALE = "last stale"
# More than this nobody looks through on Tab.
_MOST_OFFERED = 50


class Desk(Configuring):
    """Everything a command may need: the use cases, on the parts that they take."""

    @cached_property
    def me(self) -> "Person | None":
        """The technician, None where the settings do not say; raises LabelProblem if unknown."""
        name = self.settings.autotask.me
        return self.autotask.directory.person(name) if name else None

    @cached_property
    def correspondence(self) -> "Correspondence":
        """What writes notes and letters."""
        from mcdesk.ops.correspondence import Correspondence

        return Correspondence(self.autotask, self.settings, lambda: self.me)

    @cached_property
    def delivery(self) -> "Delivery":
        """What gets the outbox through."""
        from mcdesk.ops.delivery import Delivery
        from mcdesk.ops.lost_notes import LostNotes

        return Delivery(
            self.autotask,
            self.outbox,
            self.delivery_lock,
            self.correspondence,
            mailer=lambda: self.mailer,
            changer=lambda: self.changer,
            lost=LostNotes(
                self.autotask,
                self.outbox,
                self.correspondence,
                own_user_name=self.login.user_name,
            ),
            now=self.now,
            sleep=self.sleep,
        )

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

    @cached_property
    def changer(self) -> "Changer":
        """What changes tickets, in the technician's name where that is known and allowed."""
        from mcdesk.ops.changing import Changer

        return Changer(
            self.autotask,
            self.journal,
            now=self.now,
            sleep=self.sleep,
            who=self._who(),
            as_resource=self.me.id if self.me else None,
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

    def handoff(self, template: str, *, priority: str, secondaries: str) -> "Handoff":
        """Give hand-offs by the template of that name.

        *secondaries* is what becomes of other secondary resources, "" for what the template says.
        """
        from mcdesk.ops.handoff import Handoff
        from mcdesk.ops.staff import vendor_ids

        name, chosen = self.template(template)
        return Handoff(
            self.changer,
            chosen,
            name,
            secondaries=secondaries or chosen.secondary_resources,
            priority=priority,
            me=self.me,
            vendor_ids=vendor_ids(self.autotask, self.vendor()),
            hours=self.hours,
        )

    def claim(self) -> "Claim":
        """Give claims for me; raises SettingsProblem where the settings do not say who I am."""
        from mcdesk.ops.claim import Claim

        if self.me is None:
            raise SettingsProblem(
                "autotask.me is not set: who claims the ticket",
                hint=f'set it in {self.settings_file}, such as me = "jane@example.com"',
            )
        settings = self.settings
        return Claim(
            self.changer, self.me, role=settings.autotask.role, status=settings.claim.status
        )

    def link(self, reference: "Reference | None", *, to: str) -> "Link":
        """Prepare a scheduling link; without a ticket, Autotask is not asked."""
        from mcdesk.ops.link import prepare_link

        return prepare_link(
            self.autotask if reference else None,
            self.correspondence,
            self.outbox,
            reference,
            to=to,
            status=self.settings.scheduling.status,
            message_id=self.new_message_id(to_customer=True),
            now=self.now(),
        )

    def undo(self) -> "Undo":
        """Give undoing, with whom to call where it is too late."""
        from mcdesk.ops.undo import Undo

        mc = self.settings.mc
        return Undo(
            self.changer,
            me=self.me,
            vendor=self.vendor(),
            contact=f"call {mc.name}: {mc.phone}",
            own_notes=self.outbox.note_ids(),
        )

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
        return [tuple(row) for row in self.cache.get(_LAST_STALE) or []]

    def spoken_words(self) -> "Words":
        """Give what a call needs of the settings; raise SettingsProblem as the whole file does."""
        from mcdesk.settings import spoken_words

        words = spoken_words(self.settings_file)
        if words is None:
            _ = self.settings  # says what is wrong
            raise SettingsProblem(f"{self.settings_file}: the table mc is not understood")
        return words

    def looks(self, *, send_test: bool = False) -> "list[Look]":
        """List what `doctor` looks at; with *send_test*, it posts a line to Slack."""
        from mcdesk.desk.checks import looks

        return looks(self, send_test=send_test)

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
            self.journal,
            self.outbox,
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
