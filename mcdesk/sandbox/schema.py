"""Autotask's entities and their fields, as the field information describes them."""

from mcdesk.sandbox.entities import Entity, entity
from mcdesk.sandbox.readable import READABLE

TICKETS = entity("""
Tickets Ticket can_create can_update
string changeInfoField1^/8000 changeInfoField2^/8000 changeInfoField3^/8000 changeInfoField4^/8000
string changeInfoField5^/8000 description/8000 externalID^/50 purchaseOrderNumber/50
string resolution^/32000 rmmAlertID-/50 ticketNumber-/50 title!/255
boolean isAssignedToComanaged isVisibleToComanaged serviceLevelAgreementHasBeenMet-
datetime completedDate- createDate- dueDateTime firstResponseDateTime- firstResponseDueDateTime-
datetime lastActivityDate- lastCustomerNotificationDateTime- lastCustomerVisibleActivityDateTime-
datetime lastTrackedModificationDateTime- resolutionPlanDateTime- resolutionPlanDueDateTime-
datetime resolvedDateTime- resolvedDueDateTime-
integer apiVendorID-* assignedResourceID>Resource assignedResourceRoleID>Role billingCodeID
integer changeApprovalBoard changeApprovalStatus changeApprovalType companyID!>Company
integer companyLocationID completedByResourceID- configurationItemID contactID>Contact contractID
integer createdByContactID- creatorResourceID->Resource creatorType-~
integer currentServiceThermometerRating firstResponseAssignedResourceID-
integer firstResponseInitiatingResourceID- impersonatorCreatorResourceID- issueType*
integer lastActivityPersonType-~ lastActivityResourceID- monitorTypeID opportunityID
integer organizationalLevelAssociationID previousServiceThermometerRating priority!* problemTicketId
integer projectID queueID* rmaStatus rmaType serviceLevelAgreementID serviceThermometerTemperature
integer source* status!* subIssueType* ticketCategory* ticketType*
long contractServiceBundleID contractServiceID monitorID
double estimatedHours hoursToBeScheduled- serviceLevelAgreementPausedNextEventHours-
""")
NOTES = entity("""
TicketNotes TicketNote can_create can_update
in Tickets/Notes by ticketID
string description!/32000 title!/250
datetime createDateTime- lastActivityDate-
integer createdByContactID creatorResourceID->Resource impersonatorCreatorResourceID-
integer impersonatorUpdaterResourceID- noteType!* publish!* ticketID!>Ticket
""")
TIME_ENTRIES = entity("""
TimeEntries TimeEntry can_create can_update can_delete without_udfs
string internalNotes/32000 summaryNotes/32000
boolean isNonBillable showOnInvoice
datetime createDateTime- dateWorked endDateTime lastModifiedDateTime- startDateTime
integer billingCodeID contractID creatorUserID- impersonatorCreatorResourceID-
integer impersonatorUpdaterResourceID- lastModifiedUserID- resourceID!>Resource roleID>Role taskID
integer ticketID>Ticket timeEntryType-*
decimal hoursToBill- hoursWorked offsetHours
""")
COMPANIES = entity("""
Companies Company can_create can_update
string additionalAddressInformation^/100 address1/128 address2/128 alternatePhone1^/25
string alternatePhone2^/25 city/50 companyName!/100 companyNumber^/50 fax/25 phone!/25 postalCode/20
string state/40 taxID^/50 webAddress/255
boolean isActive isTaxExempt
datetime createDate- lastActivityDate- lastTrackedModifiedDateTime-
integer apiVendorID-* classification* companyType!* countryID createdByResourceID- currencyID
integer ownerResourceID!>Resource parentCompanyID>Company
""")
CONTACTS = entity("""
Contacts Contact can_create can_update can_delete
in Companies/Contacts by companyID
string addressLine/128 alternatePhone/32 city/32 emailAddress/254 emailAddress2/254
string emailAddress3/254 extension/10 externalID^/50 faxNumber/25 firstName!/50 lastName/50
string middleInitial/2 mobilePhone/25 note/50 phone/25 state/25 title/50 zipCode/16
boolean primaryContact receivesEmailNotifications
datetime createDate- lastActivityDate- lastModifiedDate-
integer apiVendorID-* companyID!>Company companyLocationID isActive!?
""")
RESOURCES = entity("""
Resources Resource
string email!/254 email2/254 email3/254 firstName!/50 homePhone/25 initials/32 lastName!/50
string middleName/50 mobilePhone/25 officePhone/25 resourceType/15 title/50 userName!/32
boolean isActive!
datetime hireDate
integer defaultServiceDeskRoleID~ licenseType!* locationID! userType!
""")
ROLES = entity("""
Roles Role
string description/200 name!/200
boolean isActive! isExcludedFromNewContracts isSystemRole-
integer quoteItemDefaultTaxCategoryId roleType
decimal hourlyFactor hourlyRate
""")
DESK_ROLES = entity("""
ResourceServiceDeskRoles ResourceServiceDeskRole
boolean isActive! isDefault!
integer resourceID!>Resource roleID!>Role
""")
ROLE_QUEUES = entity("""
ResourceRoleQueues ResourceRoleQueue
integer queueID! resourceID!>Resource
""")
RESOURCE_ROLES = entity("""
ResourceRoles ResourceRole
boolean isActive
long departmentID queueID resourceID>Resource roleID>Role
""")
SECONDARIES = entity("""
TicketSecondaryResources TicketSecondaryResource can_create can_delete
in Tickets/SecondaryResources by ticketID
long resourceID!>Resource roleID!>Role ticketID!>Ticket
""")
HISTORY = entity("""
TicketHistory TicketHistory
string action-/100 detail-/8000
datetime date-
integer resourceID->Resource ticketID->Ticket
""")
CATEGORIES = entity("""
TicketCategories TicketCategory
string name!/30 nickname/30
boolean isActive isApiOnly- isGlobalDefault
integer displayColorRGB
""")
LOCATIONS = entity("""
InternalLocations InternalLocation
string address1/100 city/50 country/100 name/100 postalCode/20 state/25 timeZone/100
boolean isDefault
long holidaySetId
""")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIMES = " ".join(
    f"{day}{kind}Hours{edge}Time"
    for day in _DAYS
    for kind in ("Business", "Extended")
    for edge in ("Start", "End")
)
LOCATION_HOURS = entity(f"""
InternalLocationWithBusinessHours InternalLocationWithBusinessHours
string name/100
boolean isDefault noHoursOnHolidays
datetime {_TIMES}
datetime holidayHoursStartTime holidayHoursEndTime holidayExtendedHoursStartTime
datetime holidayExtendedHoursEndTime
integer firstDayOfWeek holidaySetID holidayHoursType timeZoneID*
""")
HOLIDAY_SETS = entity("""
HolidaySets HolidaySet
string holidaySetDescription/100 holidaySetName!/100
""")
HOLIDAYS = entity("""
Holidays Holiday
string holidayName!/50
datetime holidayDate!
integer holidaySetID!
""")
# Every one above, in that order, and those that are only read.
ENTITIES = (*(each for each in vars().copy().values() if isinstance(each, Entity)), *READABLE)
# Error texts name entities in the singular; references in the schema do, too.
BY_PATH = {each.path.casefold(): each for each in ENTITIES}
BY_SINGULAR = {each.singular: each for each in ENTITIES}
# Where the rows of some are written, in lower case: (the parent's path, the word below its id).
CHILDREN = {tuple(each.below.casefold().split("/")): each for each in ENTITIES if each.below}
UDF_DEFINITIONS = BY_PATH["userdefinedfielddefinitions"]
