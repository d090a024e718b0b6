"""The entities of our own locations, and of the holidays there: read, and never written here."""

from mcdesk.sandbox.entities import entity

LOCATIONS = entity("""
    InternalLocations InternalLocation
    address1 string/100
    city string/50
    country string/100
    holidaySetId long
    isDefault boolean
    name string/100
    postalCode string/20
    state string/25
    timeZone string/100
""")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIMES = "\n".join(
    f"{day}{kind}Hours{edge}Time datetime"
    for day in _DAYS
    for kind in ("Business", "Extended")
    for edge in ("Start", "End")
)
LOCATION_HOURS = entity(f"""
    InternalLocationWithBusinessHours InternalLocationWithBusinessHours
    name string/100
    isDefault boolean
    firstDayOfWeek integer
    holidaySetID integer
    holidayHoursType integer
    noHoursOnHolidays boolean
    timeZoneID integer pick
    {_TIMES}
    holidayHoursStartTime datetime
    holidayHoursEndTime datetime
    holidayExtendedHoursStartTime datetime
    holidayExtendedHoursEndTime datetime
""")
HOLIDAY_SETS = entity("""
    HolidaySets HolidaySet
    holidaySetDescription string/100
    holidaySetName string/100 required
""")
HOLIDAYS = entity("""
    Holidays Holiday
    holidayDate datetime required
    holidayName string/50 required
    holidaySetID integer required
""")
OURS = (LOCATIONS, LOCATION_HOURS, HOLIDAY_SETS, HOLIDAYS)
