"""Who works in the demo, and for whom: a made-up MSP, its customers, roles and picklists."""

from typing import NamedTuple

USERNAME = "api@demo.example"
SECRET = "demo-only-Secret$1"  # noqa: S105 - opens nothing but the demo
INTEGRATION_CODE = "DEMOCODE0000000000000000000"
MSP = "Lakeside Managed IT"
TECHNICIAN = "noor.haddad@demo.example"
OFFICE_ADMIN = "Sunniva Dahl"
API_USER, RMM_USER, VENDOR = 29, 30, 12

QUEUES = (
    (5, "Client Portal"),
    (6, "Post Sale"),
    (8, "Monitoring Alert"),
    (29682833, "Help Desk"),
    (29682969, "Level I"),
    (29683112, "Level II"),
    (29683354, "Recurring"),
)
HELP_DESK = 29682833
STATUSES = (
    (1, "New"),
    (5, "Complete"),
    (7, "Waiting Customer"),
    (8, "In Progress"),
    (9, "Waiting Materials"),
    (10, "Dispatched"),
    (11, "Escalate"),
    (12, "Waiting Vendor"),
    (15, "Customer Note Added"),
    (20, "Scheduling Link Sent"),
    (32, "Returned to MC"),
    (33, "Back from MC"),
)
IN_PROGRESS, RETURNED, BACK = 8, 32, 33
# What settings for this office say of the statuses in which tickets come back from the vendor.
RETURNED_STATUSES = ("Back from MC",)
SYSTEM_STATUSES = (1, 5)
# A label that an administrator used before, retired, and made again under another id.
RETIRED_STATUS = (14, "Waiting Customer")
PRIORITIES = ((4, "Critical"), (1, "High"), (2, "Medium"), (3, "Low"))
# What an e-mailed ticket gets.
USUAL_PRIORITY = 2
# By priority, in how many minutes of the clock the vendor promises to answer.
PROMISED = {4: 30, 1: 60, 2: 120, 3: 1440}
SOURCES = (
    (-1, "Client Portal"),
    (1, "Other"),
    (2, "Phone"),
    (4, "Email"),
    (6, "In person"),
    (8, "Monitoring Alert"),
)
TICKET_TYPES = (
    (1, "Service Request"),
    (2, "Incident"),
    (3, "Problem"),
    (4, "Change Request"),
    (5, "Alert"),
)
ISSUE_TYPES = ((10, "Hardware"), (11, "Software"), (12, "Network"), (13, "User Account"))
# A sub-issue, the issue that it belongs to, and its label; "Other" is there twice.
SUB_ISSUE_TYPES = (
    (101, 10, "Workstation"),
    (102, 10, "Printer/Scanner"),
    (103, 10, "Phone/Audio"),
    (104, 10, "Server"),
    (105, 10, "On-Site Repair"),
    (109, 10, "Other"),
    (111, 11, "Email"),
    (112, 11, "Office Applications"),
    (113, 11, "Line of Business"),
    (114, 11, "Backup"),
    (119, 11, "Other"),
    (121, 12, "Internet"),
    (122, 12, "Wireless"),
    (123, 12, "VPN"),
    (124, 12, "Shared Drives"),
    (131, 13, "Password/MFA"),
    (132, 13, "New User"),
    (133, 13, "Leaver"),
)
ISSUE_OF = {sub_issue: issue for sub_issue, issue, _ in SUB_ISSUE_TYPES}
# What settings for this office say the vendor does not take.
OUT_OF_SCOPE = ("Hardware / On-Site Repair", "Line of Business")
CATEGORIES = ((2, "Datto RMM Alert"), (3, "Standard"), (4, "API Only"))
NOTE_TYPES = (
    (1, "Task Summary"),
    (2, "Task Detail"),
    (3, "Task Notes"),
    (13, "Workflow Rule Note"),
    (18, "Client Portal Note"),
    (91, "Workflow Rule Action Note"),
    (92, "Forward/Modify Note"),
    (93, "Ticket Merge Note"),
    (94, "Absorbed Ticket Note"),
    (95, "Copied Ticket Note"),
    (99, "RMM Note"),
    (101, "Email Note"),
    (205, "Int note added by a Resource"),
)
SYSTEM_NOTE_TYPES = (13, 91, 92, 93, 94, 95, 99)
INTERNAL_NOTE = 205
PUBLISH = ((1, "All Autotask Users"), (2, "Internal Project Team"), (4, "Internal & Co-Managed"))
LICENSES = ((1, "Professional"), (7, "API User"))
COMPANY_TYPES = (
    (1, "Customer"),
    (2, "Lead"),
    (3, "Prospect"),
    (4, "Dead"),
    (6, "Cancelation"),
    (7, "Vendor"),
    (8, "Partner"),
)
API_VENDORS = ((1, "Datto RMM"), (2, "Datto Continuity"), (3, "Network Monitoring"))
RMM_VENDOR = 1
TIME_ENTRY_TYPES = ((2, "Ticket Time"), (6, "Task Time"), (10, "Regular Time"))
BILLING_CODE_TYPES = ((0, "Normal"), (1, "System"), (2, "Non-Billable"))
USE_TYPES = ((1, "Labor"), (2, "General Cost"), (3, "Expense"), (4, "Material"))
CONTRACT_STATUSES = ((0, "Inactive"), (1, "Active"))
CONTRACT_TYPES = ((1, "Time & Materials"), (3, "Fixed Price"), (7, "Recurring Service"))
PROJECT_STATUSES = ((0, "Inactive"), (1, "New"), (5, "Complete"), (8, "In Progress"))
PROJECT_TYPES = ((3, "Proposal"), (4, "Template"), (5, "Client"), (6, "Internal"))
TASK_TYPES = ((1, "Fixed Work"), (2, "Fixed Duration"))
TASK_CATEGORIES = ((1, "Standard"),)
SERVICE_CALL_STATUSES = ((1, "New"), (2, "Complete"), (4, "Canceled"))
DEPARTMENTS = ((1, "Service"), (2, "Administration"))
WORK_TYPES = ((30001, "Remote Support"), (30002, "On-Site Support"), (30003, "Maintenance"))

HELP_DESK_ROLE, ENGINEER_ROLE, ADMIN_ROLE = 29683581, 29683582, 29683583
ROLES = (
    (HELP_DESK_ROLE, "Help Desk Technician"),
    (ENGINEER_ROLE, "Systems Engineer"),
    (ADMIN_ROLE, "Office Administrator"),
)


class Staff(NamedTuple):
    """A resource: the first of its *roles* is its default one."""

    id: int
    first: str
    last: str
    email: str
    roles: tuple[int, ...] = ()
    license: int = 1
    active: bool = True


def _at_demo(first: str, last: str) -> str:
    return f"{first}.{last}@demo.example".lower().replace(" ", "")


STAFF = (
    Staff(4, "Autotask", "Administrator", "system@demo.example"),
    Staff(VENDOR, "Help Desk", "Support", "support@vendor.example", (HELP_DESK_ROLE,)),
    *(
        Staff(number, first, last, _at_demo(first, last), roles)
        for number, first, last, roles in (
            (20, "Noor", "Haddad", (HELP_DESK_ROLE,)),
            (21, "Tomasz", "Wilk", (HELP_DESK_ROLE, ENGINEER_ROLE)),
            (22, "Grace", "Oyelaran", (ENGINEER_ROLE,)),
            (23, "Felix", "Brandt", (HELP_DESK_ROLE,)),
            (24, "Ines", "Carvalho", (ENGINEER_ROLE, HELP_DESK_ROLE)),
            (25, "Ravi", "Menon", (HELP_DESK_ROLE,)),
            (26, "Sunniva", "Dahl", (ADMIN_ROLE, HELP_DESK_ROLE)),
            (27, "Owen", "Pritchard", (HELP_DESK_ROLE,)),
        )
    ),
    Staff(28, "Hana", "Ito", "hana.ito@demo.example", (HELP_DESK_ROLE,), active=False),
    Staff(API_USER, "mcdesk", "API", USERNAME, license=7),
    Staff(RMM_USER, "Monitoring", "API", "rmm@demo.example", license=7),
)

# The first company is the MSP itself: its id is 0, and valid.
COMPANIES = (
    (0, MSP),
    (174, "Harbor Point Dental"),
    (175, "Quarry Hill Veterinary"),
    (176, "Marigold Bakery Group"),
    (177, "Tidewater Accounting LLP"),
    (178, "Northgate Property Management"),
    (179, "Bluestem Architects"),
    (180, "Copper Kettle Brewing"),
    (181, "Fernwood Montessori"),
    (182, "Ironbridge Logistics"),
    (183, "Saltmarsh Legal Aid"),
    (184, "Juniper Family Clinic"),
)
# A field of the companies' own: whether the vendor serves them. Those that it does not:
PLAN, PLAN_VALUES = "Help Desk Plan", ("Yes", "No")
WITHOUT_PLAN = (0, 175, 182)
_NAMES = (
    "Maria Lopez, Dennis Okafor, Priya Nair, Walter Finch, Amelie Roux, Jonah Weiss, Carmen Ortiz, "
    "Bao Tran, Lena Fischer, Marcus Reed, Yuki Sato, Olivia Grant, Samir Khoury, Helen Marsh, "
    "Pavel Novak, Ruth Adeyemi, Colin Burke, Anita Rao, Peter Lund, Zoe Bennett, Ivan Petrov, "
    "Nadia Farouk, Liam Doyle, Erika Holm"
)
# Two contacts for each company but our own: id, company, first and last name.
CONTACTS = tuple(
    (300 + index, COMPANIES[1 + index % 11][0], name)
    for index, name in enumerate(_NAMES.split(", "))
)
# One who has left, and one of whom only the name is known.
GONE, UNREACHABLE = 317, 314
