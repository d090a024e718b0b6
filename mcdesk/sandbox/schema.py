"""Autotask's entities and their fields, as the field information describes them."""

from mcdesk.sandbox.entities import Entity, entity
from mcdesk.sandbox.locations import OURS
from mcdesk.sandbox.readable import READABLE

TICKETS = entity("""
    Tickets Ticket can_create can_update
    apiVendorID integer ro pick
    assignedResourceID integer ref=Resource
    assignedResourceRoleID integer ref=Role
    billingCodeID integer
    changeApprovalBoard integer
    changeApprovalStatus integer
    changeApprovalType integer
    changeInfoField1 string/8000 blank
    changeInfoField2 string/8000 blank
    changeInfoField3 string/8000 blank
    changeInfoField4 string/8000 blank
    changeInfoField5 string/8000 blank
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
    externalID string/50 blank
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
    resolution string/32000 blank
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
NOTES = entity("""
    TicketNotes TicketNote can_create can_update
    in Tickets/Notes by ticketID
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
TIME_ENTRIES = entity("""
    TimeEntries TimeEntry can_create can_update can_delete without_udfs
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
    timeEntryType integer ro pick
""")
COMPANIES = entity("""
    Companies Company can_create can_update
    additionalAddressInformation string/100 blank
    address1 string/128
    address2 string/128
    alternatePhone1 string/25 blank
    alternatePhone2 string/25 blank
    apiVendorID integer ro pick
    city string/50
    classification integer pick
    companyName string/100 required
    companyNumber string/50 blank
    companyType integer required pick
    countryID integer
    createDate datetime ro
    createdByResourceID integer ro
    currencyID integer
    fax string/25
    isActive boolean
    isTaxExempt boolean
    lastActivityDate datetime ro
    lastTrackedModifiedDateTime datetime ro
    ownerResourceID integer required ref=Resource
    parentCompanyID integer ref=Company
    phone string/25 required
    postalCode string/20
    state string/40
    taxID string/50 blank
    webAddress string/255
""")
CONTACTS = entity("""
    Contacts Contact can_create can_update can_delete
    in Companies/Contacts by companyID
    addressLine string/128
    alternatePhone string/32
    apiVendorID integer ro pick
    city string/32
    companyID integer required ref=Company
    companyLocationID integer
    createDate datetime ro
    emailAddress string/254
    emailAddress2 string/254
    emailAddress3 string/254
    extension string/10
    externalID string/50 blank
    faxNumber string/25
    firstName string/50 required
    isActive integer required flag
    lastActivityDate datetime ro
    lastModifiedDate datetime ro
    lastName string/50
    middleInitial string/2
    mobilePhone string/25
    note string/50
    phone string/25
    primaryContact boolean
    receivesEmailNotifications boolean
    state string/25
    title string/50
    zipCode string/16
""")
RESOURCES = entity("""
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
ROLES = entity("""
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
DESK_ROLES = entity("""
    ResourceServiceDeskRoles ResourceServiceDeskRole
    isActive boolean required
    isDefault boolean required
    resourceID integer required ref=Resource
    roleID integer required ref=Role
""")
ROLE_QUEUES = entity("""
    ResourceRoleQueues ResourceRoleQueue
    queueID integer required
    resourceID integer required ref=Resource
""")
RESOURCE_ROLES = entity("""
    ResourceRoles ResourceRole
    departmentID long
    isActive boolean
    queueID long
    resourceID long ref=Resource
    roleID long ref=Role
""")
SECONDARIES = entity("""
    TicketSecondaryResources TicketSecondaryResource can_create can_delete
    in Tickets/SecondaryResources by ticketID
    resourceID long required ref=Resource
    roleID long required ref=Role
    ticketID long required ref=Ticket
""")
HISTORY = entity("""
    TicketHistory TicketHistory
    action string/100 ro
    date datetime ro
    detail string/8000 ro
    resourceID integer ro ref=Resource
    ticketID integer ro ref=Ticket
""")
CATEGORIES = entity("""
    TicketCategories TicketCategory
    displayColorRGB integer
    isActive boolean
    isApiOnly boolean ro
    isGlobalDefault boolean
    name string/30 required
    nickname string/30
""")
# Every one above, in that order, and those that are only read.
_WRITTEN = (each for each in vars().copy().values() if isinstance(each, Entity))
ENTITIES = (*_WRITTEN, *OURS, *READABLE)
# Error texts name entities in the singular; references in the schema do, too.
BY_PATH = {each.path.casefold(): each for each in ENTITIES}
BY_SINGULAR = {each.singular: each for each in ENTITIES}
# Where the rows of some are written, in lower case: (the parent's path, the word below its id).
CHILDREN = {tuple(each.below.casefold().split("/")): each for each in ENTITIES if each.below}
UDF_DEFINITIONS = BY_PATH["userdefinedfielddefinitions"]
