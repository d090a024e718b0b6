"""The hours, zones and holidays of our own locations, as an administrator has set them there.

To read them takes more than ticket permissions (autotask help, InternalLocationWithBusinessHours).
"""

from datetime import date, datetime

from msgspec import field

from mcdesk.autotask.entities import Entity, where
from mcdesk.autotask.reads import Reads
from mcdesk.core.rows import Flag, Number, Row, Text

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class BusinessHours(Row, frozen=True, kw_only=True):
    """Business hours of a location; each time is a date-time of which the time of day counts."""

    name: Text = ""
    default: Flag = field(name="isDefault", default=False)
    holiday_set_id: Number | None = None
    # None if nobody said, which is not no.
    noHoursOnHolidays: bool | int | None = None
    holidayHoursStartTime: str | None = None
    holidayHoursEndTime: str | None = None
    mondayBusinessHoursStartTime: str | None = None
    mondayBusinessHoursEndTime: str | None = None
    tuesdayBusinessHoursStartTime: str | None = None
    tuesdayBusinessHoursEndTime: str | None = None
    wednesdayBusinessHoursStartTime: str | None = None
    wednesdayBusinessHoursEndTime: str | None = None
    thursdayBusinessHoursStartTime: str | None = None
    thursdayBusinessHoursEndTime: str | None = None
    fridayBusinessHoursStartTime: str | None = None
    fridayBusinessHoursEndTime: str | None = None
    saturdayBusinessHoursStartTime: str | None = None
    saturdayBusinessHoursEndTime: str | None = None
    sundayBusinessHoursStartTime: str | None = None
    sundayBusinessHoursEndTime: str | None = None

    @property
    def days(self) -> dict[str, tuple[str, str]]:
        """Weekday to start and end as they are spelled, "" for none."""
        return {
            day: (
                getattr(self, f"{day}BusinessHoursStartTime") or "",
                getattr(self, f"{day}BusinessHoursEndTime") or "",
            )
            for day in _WEEKDAYS
        }


class Place(Row, frozen=True, kw_only=True):
    """A location of ours: its zone is a text, or a number of Microsoft's."""

    zone: str | Number | None = field(name="timeZone", default=None)


class Holiday(Row, frozen=True, kw_only=True):
    """A day off of a holiday set; its date comes as midnight in UTC, and is no instant."""

    on: datetime = field(name="holidayDate")
    holiday_set_id: Number


BUSINESS_HOURS = Entity("InternalLocationWithBusinessHours", "location", BusinessHours)
PLACES = Entity("InternalLocations", "location", Place)
HOLIDAYS = Entity("Holidays", "holiday", Holiday)


class Locations:
    """What can be read over *reads* of our locations; raises PermissionDenied if it may not be."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def business_hours(self) -> list[BusinessHours]:
        """Read the business hours of our locations."""
        return self._reads.all_rows(BUSINESS_HOURS, where("id", "gte", 0))

    def zone_names(self) -> dict[int, str]:
        """Read what the zones of our locations are called, by the locations' ids."""
        rows = self._reads.all_rows(PLACES, where("id", "gte", 0))
        return {row.id: str(row.zone) for row in rows if row.zone is not None}

    def holiday_dates(self, holiday_set: int) -> list[date]:
        """Read the dates of a holiday set."""
        rows = self._reads.all_rows(HOLIDAYS, where("holidaySetID", "eq", holiday_set))
        return [row.on.date() for row in rows]
