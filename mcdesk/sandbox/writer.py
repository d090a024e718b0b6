"""Who writes, and what Autotask notes of that by itself."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mcdesk.sandbox.world import Values, stored_instant

COMPLETE = 5  # no tenant can renumber it


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and when: the API user, and the resource it writes for, if any."""

    db: sqlite3.Connection
    api_user: int
    now: datetime
    impersonated: int | None = None

    @property
    def author(self) -> int:
        """Who is named as the author."""
        return self.impersonated or self.api_user

    @property
    def stamp(self) -> str:
        """The time, as it is stored."""
        return stored_instant(self.now)

    @property
    def impersonator(self) -> int | None:
        """The API user, if it writes for somebody."""
        return self.api_user if self.impersonated else None

    @property
    def making(self) -> Values:
        """Who makes a row and when; every entity keeps what it has fields for."""
        return {
            "creatorResourceID": self.author,
            "creatorUserID": self.author,
            "impersonatorCreatorResourceID": self.impersonator,
            "createDateTime": self.stamp,
            "lastActivityDate": self.stamp,
            "lastModifiedDateTime": self.stamp,
        }

    @property
    def touching(self) -> Values:
        """Who changes a ticket and when."""
        return {
            "lastActivityDate": self.stamp,
            "lastTrackedModificationDateTime": self.stamp,
            "lastActivityResourceID": self.author,
            "lastActivityPersonType": 1,
        }

    @property
    def modifying(self) -> Values:
        """When a company or a contact is changed, in whatever field it has for that."""
        return dict.fromkeys(
            ("lastActivityDate", "lastModifiedDate", "lastTrackedModifiedDateTime"), self.stamp
        )

    def completing(self, values: Values, before: Mapping[str, Any]) -> Values:
        """Date the completion, and take it back on reopening (TicketsEntity)."""
        if "status" not in values or values["status"] == before.get("status"):
            return {}
        done = values["status"] == COMPLETE
        return {
            "completedDate": self.stamp if done else None,
            "completedByResourceID": self.author if done else None,
        }
