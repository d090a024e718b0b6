"""What the API says of its own entities: what may be done, their fields, and the choices."""

import sqlite3
from typing import Any

from mcdesk.sandbox.call import Call
from mcdesk.sandbox.entities import Entity, Field
from mcdesk.sandbox.udfs import LIST, definitions
from mcdesk.sandbox.world import Values


def information(call: Call, entity: Entity, parent: int = 0) -> Values:
    """Describe *entity*; permissions beyond that do not show here, as in Autotask."""
    powers = {
        "Create": entity.can_create,
        "Delete": entity.can_delete,
        "Query": True,
        "Update": entity.can_update,
    }
    return {
        "info": {
            "name": entity.singular,
            **{f"can{power}": can for power, can in powers.items()},
            **{f"userAccessFor{power}": "All" if can else "None" for power, can in powers.items()},
            "hasUserDefinedFields": bool(definitions(call.db, entity)),
            "supportsWebhookCallouts": entity.path in ("Tickets", "Companies", "Contacts"),
        }
    }


def fields(call: Call, entity: Entity, parent: int = 0) -> Values:
    """Describe the fields of *entity* that every tenant has."""
    return {"fields": [_field(call.db, entity, field) for field in entity.fields.values()]}


def _field(db: sqlite3.Connection, entity: Entity, field: Field) -> Values:
    return {
        "name": field.name,
        "dataType": field.type,
        "length": field.length,
        "isRequired": field.required,
        "isReadOnly": field.read_only,
        "isQueryable": field.queryable,
        "isReference": bool(field.refers_to),
        "referenceEntityType": field.refers_to,
        "isPickList": field.picklist,
        "picklistValues": _choices(db, entity, field) if field.picklist else None,
        "picklistParentValueField": "issueType" if field.name == "subIssueType" else "",
        "isSupportedWebhookField": False,
    }


def _choices(db: sqlite3.Connection, entity: Entity, field: Field) -> list[dict[str, Any]]:
    """List the choices; their values are strings here, and ints in rows."""
    found = db.execute(
        "SELECT * FROM picklist WHERE entity = ? AND field = ? ORDER BY sortOrder, value",
        (entity.path, field.name),
    )
    return [
        {
            "value": str(choice["value"]),
            "label": choice["label"],
            "isDefaultValue": bool(choice["isDefaultValue"]),
            "sortOrder": choice["sortOrder"],
            "parentValue": choice["parentValue"],
            "isActive": bool(choice["isActive"]),
            "isSystem": bool(choice["isSystem"]),
        }
        for choice in found
    ]


def user_defined(call: Call, entity: Entity, parent: int = 0) -> Values:
    """Describe the fields of *entity* that this tenant has made for itself."""
    return {"fields": [_udf(call.db, entity, each) for each in definitions(call.db, entity)]}


def _udf(db: sqlite3.Connection, entity: Entity, definition: sqlite3.Row) -> Values:
    field = Field(
        definition["name"],
        "string",
        length=8000,
        required=bool(definition["isRequired"]),
        picklist=definition["dataType"] == LIST,
    )
    return {
        **_field(db, entity, field),
        "label": definition["name"],
        "type": field.type,
        "description": definition["description"],
        "defaultValue": definition["defaultValue"],
    }
