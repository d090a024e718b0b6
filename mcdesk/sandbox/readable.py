"""Entities that other clients ask for first: read, and never written here.

Their fields are those of the published description (2020), less what devices report of themselves.
"""

from mcdesk.sandbox.entities import Entity, entity

_DESCRIPTIONS = """
Departments Department
string name/100 number/50 description/1000
integer primaryLocationID>InternalLocation

BillingCodes BillingCode
string name/200 description/500 externalNumber/100
boolean isActive isExcludedFromNewContracts
integer billingCodeType* useType* department generalLedgerAccount* taxCategoryID
integer afterHoursWorkType
double unitCost unitPrice markupRate

Contracts Contract
string contractName/100 contractNumber/50 description/2000 contactName/250 purchaseOrderNumber/50
boolean isCompliant isDefaultContract
datetime startDate endDate
integer companyID>Company billToCompanyID billToCompanyContactID contactID>Contact status*
integer contractType* contractCategory* contractPeriodType* billingPreference*
integer contractExclusionSetID opportunityID>Opportunity organizationalLevelAssociationID
integer serviceLevelAgreementID* timeReportingRequiresStartAndStopTimes?
long exclusionContractID renewedContractID setupFeeBillingCodeID
double estimatedCost estimatedHours estimatedRevenue overageBillingRate setupFee
double internalCurrencyOverageBillingRate internalCurrencySetupFee

Projects Project
string projectName/100 projectNumber/50 description/2000 extProjectNumber/50 statusDetail/2000
string purchaseOrderNumber/50
datetime createDateTime startDateTime endDateTime completedDateTime lastActivityDateTime
datetime statusDateTime
integer companyID>Company companyOwnerResourceID>Resource completedPercentage contractID>Contract
integer creatorResourceID>Resource department* duration extProjectType status* projectType*
integer impersonatorCreatorResourceID lastActivityPersonType lastActivityResourceID
integer organizationalLevelAssociationID projectLeadResourceID>Resource
double actualBilledHours actualHours changeOrdersBudget changeOrdersRevenue estimatedSalesCost
double estimatedTime laborEstimatedCosts laborEstimatedMarginPercentage laborEstimatedRevenue
double originalEstimatedRevenue projectCostEstimatedMarginPercentage projectCostsBudget
double projectCostsRevenue sgda

Phases Phase
in Projects/Phases by projectID
string title/255 description/8000 externalID/50 phaseNumber/50
boolean isScheduled
datetime createDate startDate dueDate lastActivityDateTime
integer projectID>Project parentPhaseID creatorResourceID>Resource
double estimatedHours

Tasks Task
in Projects/Tasks by projectID
string title/255 description/8000 externalID/50 taskNumber/50 purchaseOrderNumber/50
boolean canClientPortalUserCompleteTask isTaskBillable isVisibleInClientPortal
datetime createDateTime startDateTime endDateTime completedDateTime lastActivityDateTime
integer projectID>Project phaseID>Phase status* priority priorityLabel* taskType* taskCategoryID*
integer assignedResourceID>Resource assignedResourceRoleID>Role billingCodeID>BillingCode
integer companyLocationID completedByResourceID completedByType creatorResourceID>Resource
integer creatorType departmentID* lastActivityPersonType lastActivityResourceID
double estimatedHours hoursToBeScheduled remainingHours

TaskNotes TaskNote
in Tasks/Notes by taskID
string title/250 description/32000
datetime createDateTime lastActivityDate
integer taskID>Task noteType* publish* creatorResourceID>Resource
integer impersonatorCreatorResourceID impersonatorUpdaterResourceID

TaskPredecessors TaskPredecessor
integer predecessorTaskID>Task successorTaskID>Task lagDays

TaskSecondaryResources TaskSecondaryResource
in Tasks/SecondaryResources by taskID
integer taskID>Task resourceID>Resource roleID>Role

ProjectNotes ProjectNote
in Projects/Notes by projectID
string title/250 description/32000
boolean isAnnouncement
datetime createDateTime lastActivityDate
integer projectID>Project noteType* publish* creatorResourceID>Resource
integer impersonatorCreatorResourceID impersonatorUpdaterResourceID

TicketAttachments TicketAttachment
in Tickets/Attachments by parentID
string title/255 fullPath/255 attachmentType/30 contentType/100 data
boolean isTaskAttachment
datetime attachDate
double fileSize
integer publish* parentType* impersonatorCreatorResourceID
long parentID attachedByContactID attachedByResourceID opportunityID

AttachmentInfo AttachmentInfo
string title/255 fullPath/255 attachmentType/30 contentType/100
datetime attachDate
double fileSize
integer publish* parentType* impersonatorCreatorResourceID
long parentID attachedByContactID attachedByResourceID opportunityID articleID

TicketChecklistItems TicketChecklistItem
in Tickets/ChecklistItems by ticketID
string itemName/255
boolean isCompleted isImportant
datetime completedDateTime
integer ticketID>Ticket position completedByResourceID knowledgebaseArticleID

CompanyLocations CompanyLocation
in Companies/Locations by companyID
string name/100 address1/128 address2/128 city/50 state/40 postalCode/20 description/100
string phone/25 alternatePhone1/25 alternatePhone2/25 fax/25
boolean isActive isPrimary isTaxExempt overrideCompanyTaxSettings
integer companyID>Company countryID taxRegionID
double roundtripDistance

CompanyAlerts CompanyAlert
in Companies/Alerts by companyID
string alertText/8000
integer companyID>Company alertTypeID*

ConfigurationItems ConfigurationItem
string referenceTitle/255 referenceNumber/50 serialNumber/100 location/100 notes
boolean isActive
datetime createDate installDate lastModifiedTime warrantyExpirationDate
integer companyID>Company companyLocationID contactID>Contact contractID>Contract productID
integer configurationItemType* configurationItemCategoryID parentConfigurationItemID vendorID
integer apiVendorID* createdByPersonID installedByID installedByContactID sourceChargeID
integer lastActivityPersonID lastActivityPersonType serviceBundleID serviceID
double dailyCost hourlyCost monthlyCost perUseCost setupFee numberOfUsers

ConfigurationItemCategories ConfigurationItemCategory
string name/50 nickname/3
boolean isActive isClientPortalDefault isGlobalDefault
integer displayColorRGB*

TicketAdditionalConfigurationItems TicketAdditionalConfigurationItem
integer ticketID>Ticket configurationItemID>ConfigurationItem

ServiceCalls ServiceCall
string description/2000
datetime createDateTime startDateTime endDateTime canceledDateTime lastModifiedDateTime
integer companyID>Company companyLocationID status* isComplete? creatorResourceID>Resource
integer canceledByResourceID impersonatorCreatorResourceID
double duration cancelationNoticeHours

ServiceCallTickets ServiceCallTicket
in ServiceCalls/Tickets by serviceCallID
integer serviceCallID>ServiceCall ticketID>Ticket

ServiceCallTasks ServiceCallTask
in ServiceCalls/Tasks by serviceCallID
integer serviceCallID>ServiceCall taskID>Task

ServiceCallTicketResources ServiceCallTicketResource
integer serviceCallTicketID>ServiceCallTicket resourceID>Resource

ServiceCallTaskResources ServiceCallTaskResource
integer serviceCallTaskID>ServiceCallTask resourceID>Resource

Opportunities Opportunity
string title/128 description/8000 market/500 nextStep/500 barriers/500 helpNeeded/500
string promotionName/50 revenueSpreadUnit/50 lossReasonDetail/500 winReasonDetail/500
boolean useQuoteTotals
datetime createDate startDate projectedCloseDate closedDate lostDate lastActivity throughDate
datetime promisedFulfillmentDate
integer companyID>Company contactID>Contact ownerResourceID>Resource creatorResourceID>Resource
integer stage* status* rating* leadSource* lossReason* winReason* opportunityCategoryID*
integer probability productID primaryCompetitor* salesOrderID salesProcessPercentComplete
integer revenueSpread totalAmountMonths organizationalLevelAssociationID
double amount cost assessmentScore technicalAssessmentScore relationshipAssessmentScore
double onetimeCost onetimeRevenue monthlyCost monthlyRevenue quarterlyCost quarterlyRevenue
double semiannualCost semiannualRevenue yearlyCost yearlyRevenue

ResourceRoleDepartments ResourceRoleDepartment
boolean isActive isDefault isDepartmentLead
integer departmentID>Department resourceID>Resource roleID>Role

BillingItems BillingItem
string itemName/255 description/2000 purchaseOrderNumber/50
datetime itemDate postedDate postedOnTime webServiceDate
integer companyID>Company contractID>Contract projectID>Project taskID>Task ticketID>Ticket
integer timeEntryID>TimeEntry roleID>Role billingCodeID>BillingCode billingItemType* subType*
integer invoiceID itemApproverID nonBillable? expenseItemID accountManagerWhenApprovedID
double quantity rate ourCost extendedPrice taxDollars totalAmount

ContractExclusionSets ContractExclusionSet
string name/100 description/1000
boolean isActive

ContractExclusionSetExcludedRoles ContractExclusionSetExcludedRole
integer contractExclusionSetID>ContractExclusionSet excludedRoleID>Role

ContractExclusionSetExcludedWorkTypes ContractExclusionSetExcludedWorkType
integer contractExclusionSetID>ContractExclusionSet excludedWorkTypeID>BillingCode

UserDefinedFieldDefinitions UserDefinedFieldDefinition
string name/45 description/128 defaultValue/1024 mergeVariableName/100
boolean isActive isEncrypted isFieldMapping isPrivate isProtected isRequired
boolean isVisibleToClientPortal
datetime createDate
integer udfType* dataType* displayFormat* numberOfDecimalPlaces sortOrder
long crmToProjectUdfId
"""
READABLE: tuple[Entity, ...] = tuple(
    entity(each, "-") for each in _DESCRIPTIONS.strip().split("\n\n")
)
