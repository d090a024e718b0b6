"""What the API says about itself: entities, fields and picklists (entityInformation)."""

import sqlite3
from typing import Any

from mcdesk.sandbox.schema import Entity, Field
from mcdesk.sandbox.world import Values


def of_entity(entity: Entity) -> Values:
    """Describe *entity*; permissions beyond that do not show here, as in Autotask."""
    access = {True: "All", False: "None"}
    return {
        "info": {
            "name": entity.singular,
            "canCreate": entity.can_create,
            "canDelete": entity.can_delete,
            "canQuery": True,
            "canUpdate": entity.can_update,
            "userAccessForCreate": access[entity.can_create],
            "userAccessForDelete": access[entity.can_delete],
            "userAccessForQuery": "All",
            "userAccessForUpdate": access[entity.can_update],
            "hasUserDefinedFields": False,
            "supportsWebhookCallouts": entity.path in ("Tickets", "Companies", "Contacts"),
        }
    }


def of_fields(db: sqlite3.Connection, entity: Entity) -> Values:
    """Describe the fields of *entity*, the choices of its picklists included."""
    return {"fields": [_field(db, entity, field) for field in entity.fields.values()]}


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
