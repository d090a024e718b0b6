"""Autotask's entities and their fields, as the field information describes them.

The first line of each is its path, its name in error texts, and what may be done. Then one line a
field: its API name, its type, and what is special about it; every entity has an id besides.
"""

from dataclasses import dataclass, field
from typing import Any

# API data type -> how SQLite keeps it. Instants are kept as ISO text in UTC.
_STORED_AS = {
    "integer": "INTEGER",
    "long": "INTEGER",
    "string": "TEXT",
    "datetime": "TEXT",
    "double": "REAL",
    "decimal": "REAL",
    "boolean": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its API *name*, data type, and flags; *refers_to* is the entity of an id."""

    name: str
    type: str
    length: int = 0
    required: bool = False
    read_only: bool = False
    queryable: bool = True
    picklist: bool = False
    refers_to: str = ""

    @property
    def column(self) -> str:
        """How SQLite declares it."""
        key = " PRIMARY KEY" if self.name == "id" else ""
        nocase = " COLLATE NOCASE" if self.type == "string" else ""
        return f'"{self.name}" {_STORED_AS[self.type]}{key}{nocase}'


@dataclass(frozen=True, slots=True)
class Entity:
    """A collection of the API: its path, the name that error texts use, and what may be done.

    The rows of some are made *below_tickets*, each with the ticket's id.
    """

    path: str
    singular: str
    fields: dict[str, Field] = field(repr=False)
    can_create: bool = False
    can_update: bool = False
    can_delete: bool = False
    below_tickets: bool = False

    def field(self, name: str) -> Field | None:
        """Find a field by its name in any case (field names are case-insensitive)."""
        return self.fields.get(name.casefold())


def _entity(text: str) -> Entity:
    first, *lines = text.strip().splitlines()
    path, singular, *powers = first.split()
    fields = [_field(*line.split()) for line in ("id long ro", *lines)]
    named = {each.name.casefold(): each for each in fields}
    return Entity(path, singular, named, **dict.fromkeys(powers, True))


_FLAGS = {
    "ro": ("read_only", True),
    "required": ("required", True),
    "pick": ("picklist", True),
    "noquery": ("queryable", False),
}


def _field(name: str, kind: str, *flags: str) -> Field:
    kind, _, length = kind.partition("/")
    options: dict[str, Any] = {}
    for flag in flags:
        key, _, entity = flag.partition("=")
        option, value = ("refers_to", entity) if key == "ref" else _FLAGS[key]
        options[option] = value
    return Field(name, kind, int(length or 0), **options)


TICKETS = _entity("""
    Tickets Ticket can_create can_update
    apiVendorID integer ro pick
    assignedResourceID integer ref=Resource
    assignedResourceRoleID integer ref=Role
    billingCodeID integer
    changeApprovalBoard integer
    changeApprovalStatus integer
    changeApprovalType integer
    changeInfoField1 string/8000
    changeInfoField2 string/8000
    changeInfoField3 string/8000
    changeInfoField4 string/8000
    changeInfoField5 string/8000
    companyID integer required ref=Company
    companyLocationID integer
    completedByResourceID integer ro
    completedDate datetime ro
    configurationItemID integer
    contactID integer ref=Contact
    contractID integer
    contractServiceBundleID long
    contractServiceID long
    createDate datetime ro
    createdByContactID integer ro
    creatorResourceID integer ro ref=Resource
    creatorType integer ro noquery
    currentServiceThermometerRating integer
    description string/8000
    dueDateTime datetime
    estimatedHours double
    externalID string/50
    firstResponseAssignedResourceID integer ro
    firstResponseDateTime datetime ro
    firstResponseDueDateTime datetime ro
    firstResponseInitiatingResourceID integer ro
    hoursToBeScheduled double ro
    impersonatorCreatorResourceID integer ro
    isAssignedToComanaged boolean
    isVisibleToComanaged boolean
    issueType integer pick
    lastActivityDate datetime ro
    lastActivityPersonType integer ro noquery
    lastActivityResourceID integer ro
    lastCustomerNotificationDateTime datetime ro
    lastCustomerVisibleActivityDateTime datetime ro
    lastTrackedModificationDateTime datetime ro
    monitorID long
    monitorTypeID integer
    opportunityID integer
    organizationalLevelAssociationID integer
    previousServiceThermometerRating integer
    priority integer required pick
    problemTicketId integer
    projectID integer
    purchaseOrderNumber string/50
    queueID integer pick
    resolution string/32000
    resolutionPlanDateTime datetime ro
    resolutionPlanDueDateTime datetime ro
    resolvedDateTime datetime ro
    resolvedDueDateTime datetime ro
    rmaStatus integer
    rmaType integer
    rmmAlertID string/50 ro
    serviceLevelAgreementHasBeenMet boolean ro
    serviceLevelAgreementID integer
    serviceLevelAgreementPausedNextEventHours double ro
    serviceThermometerTemperature integer
    source integer pick
    status integer required pick
    subIssueType integer pick
    ticketCategory integer pick
    ticketNumber string/50 ro
    ticketType integer pick
    title string/255 required
""")
NOTES = _entity("""
    TicketNotes TicketNote can_create can_update below_tickets
    createDateTime datetime ro
    createdByContactID integer
    creatorResourceID integer ro ref=Resource
    description string/32000 required
    impersonatorCreatorResourceID integer ro
    impersonatorUpdaterResourceID integer ro
    lastActivityDate datetime ro
    noteType integer required pick
    publish integer required pick
    ticketID integer required ref=Ticket
    title string/250 required
""")
TIME_ENTRIES = _entity("""
    TimeEntries TimeEntry can_create can_update can_delete
    billingCodeID integer
    contractID integer
    createDateTime datetime ro
    creatorUserID integer ro
    dateWorked datetime
    endDateTime datetime
    hoursToBill decimal ro
    hoursWorked decimal
    impersonatorCreatorResourceID integer ro
    impersonatorUpdaterResourceID integer ro
    internalNotes string/32000
    isNonBillable boolean
    lastModifiedDateTime datetime ro
    lastModifiedUserID integer ro
    offsetHours decimal
    resourceID integer required ref=Resource
    roleID integer ref=Role
    showOnInvoice boolean
    startDateTime datetime
    summaryNotes string/32000
    taskID integer
    ticketID integer ref=Ticket
    timeEntryType integer ro
""")
COMPANIES = _entity("""
    Companies Company
    address1 string/128
    city string/50
    companyName string/100 required
    companyNumber string/50
    companyType integer required pick
    createDate datetime ro
    isActive boolean
    lastActivityDate datetime ro
    ownerResourceID integer required ref=Resource
    parentCompanyID integer ref=Company
    phone string/25 required
    postalCode string/20
    state string/40
    webAddress string/255
""")
CONTACTS = _entity("""
    Contacts Contact
    companyID integer required ref=Company
    createDate datetime ro
    emailAddress string/254
    emailAddress2 string/254
    emailAddress3 string/254
    extension string/10
    firstName string/50 required
    isActive integer required
    lastActivityDate datetime ro
    lastName string/50
    mobilePhone string/25
    phone string/25
    primaryContact boolean
    receivesEmailNotifications boolean
    title string/50
""")
RESOURCES = _entity("""
    Resources Resource
    defaultServiceDeskRoleID integer noquery
    email string/254 required
    email2 string/254
    email3 string/254
    firstName string/50 required
    hireDate datetime
    homePhone string/25
    initials string/32
    isActive boolean required
    lastName string/50 required
    licenseType integer required pick
    locationID integer required
    middleName string/50
    mobilePhone string/25
    officePhone string/25
    resourceType string/15
    title string/50
    userName string/32 required
    userType integer required
""")
ROLES = _entity("""
    Roles Role
    description string/200
    hourlyFactor decimal
    hourlyRate decimal
    isActive boolean required
    isExcludedFromNewContracts boolean
    isSystemRole boolean ro
    name string/200 required
    quoteItemDefaultTaxCategoryId integer
    roleType integer
""")
DESK_ROLES = _entity("""
    ResourceServiceDeskRoles ResourceServiceDeskRole
    isActive boolean required
    isDefault boolean required
    resourceID integer required ref=Resource
    roleID integer required ref=Role
""")
ROLE_QUEUES = _entity("""
    ResourceRoleQueues ResourceRoleQueue
    queueID integer required
    resourceID integer required ref=Resource
""")
RESOURCE_ROLES = _entity("""
    ResourceRoles ResourceRole
    departmentID long
    isActive boolean
    queueID long
    resourceID long ref=Resource
    roleID long ref=Role
""")
SECONDARIES = _entity("""
    TicketSecondaryResources TicketSecondaryResource can_create can_delete below_tickets
    resourceID long required ref=Resource
    roleID long required ref=Role
    ticketID long required ref=Ticket
""")
HISTORY = _entity("""
    TicketHistory TicketHistory
    action string/100 ro
    date datetime ro
    detail string/8000 ro
    resourceID integer ro ref=Resource
    ticketID integer ro ref=Ticket
""")
CATEGORIES = _entity("""
    TicketCategories TicketCategory
    displayColorRGB integer
    isActive boolean
    isApiOnly boolean ro
    isGlobalDefault boolean
    name string/30 required
    nickname string/30
""")
LOCATIONS = _entity("""
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
LOCATION_HOURS = _entity(f"""
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
HOLIDAY_SETS = _entity("""
    HolidaySets HolidaySet
    holidaySetDescription string/100
    holidaySetName string/100 required
""")
HOLIDAYS = _entity("""
    Holidays Holiday
    holidayDate datetime required
    holidayName string/50 required
    holidaySetID integer required
""")
# Every one above, in that order.
ENTITIES = tuple(each for each in vars().copy().values() if isinstance(each, Entity))
# Error texts name entities in the singular; references in the schema do, too.
BY_PATH = {entity.path.casefold(): entity for entity in ENTITIES}
BY_SINGULAR = {entity.singular: entity for entity in ENTITIES}
