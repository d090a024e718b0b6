"""Whatever the settings say and strangers are called: no customer reads the vendor's name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mcdesk.core.callscript import Words, script
from mcdesk.core.customers import names_vendor
from mcdesk.core.letters import TicketFacts
from mcdesk.core.outbox import Entry, What
from mcdesk.errors import DeskError
from mcdesk.mail.message import message
from mcdesk.ops.correspondence import Correspondence
from mcdesk.settings.reading import read
from mcdesk.settings.spot import Spot

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
WORDS = st.sampled_from(
    ["Mission", "Control", "mission-control", "Help", "Desk", "Acme", "IT", "MC"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
STRANGERS = st.one_of(NAMES, st.text(max_size=30))


@given(
    vendor=NAMES,
    customer_name=NAMES,
    sender=NAMES,
    link=st.sampled_from(
        [
            "https://b.example.com/{ticket}",
            "https://b.example.com/mission-control?{company}{contact}",
        ]
    ),
    company=STRANGERS,
    contact=STRANGERS,
    note=STRANGERS,
    title=STRANGERS,
)
def test_no_customer_reads_or_hears_what_is_not_for_them(
    vendor: str,
    customer_name: str,
    sender: str,
    link: str,
    company: str,
    contact: str,
    note: str,
    title: str,
) -> None:
    text = "".join(
        f"[{table}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        for table, keys in {
            "mc": {"name": vendor, "customer_name": customer_name},
            "mail": {"from": f'"{sender}" <desk@example.com>'},
            "scheduling": {"link": link},
        }.items()
    )
    try:
        settings = read(text, Spot(Path("config.toml")))
        said = script(
            Words(
                settings.mc.phone,
                settings.mc.customer_name,
                settings.mc.name,
                settings.mc.dispatch_email,
            )
        ).say
        facts = TicketFacts(
            "T20261123.0007", f"a stranger's {title}", company, "High", contact, "https://x"
        )
        nobody: Any = None
        entry = _entry(f"a stranger's {note}", f"a stranger's {title}")
        letter = Correspondence(nobody, settings, lambda: None).booking(entry, facts)
    except DeskError:
        return  # refused, by the settings or by the last look
    mail = message(letter, NOW)
    read_by_customers = [*said, letter.text, *(str(value) for value in mail.values())]
    for each in read_by_customers:
        assert not names_vendor(each, (vendor, settings.mc.dispatch_email))
    for each in read_by_customers:
        assert "a stranger's" not in each


def _entry(note: str, title: str) -> Entry:
    return Entry(
        n=1,
        what=What.LINK,
        created=NOW,
        reference="7",
        author="Noor",
        title=title,
        text=note,
        steps=[],
        message_id="<mcdesk.1@example.com>",
        to="user@example.org",
    )
