"""What a check of the doctor's comes to."""

from dataclasses import dataclass
from typing import Literal

Result = Literal["ok", "warning", "failed"]
# How a missing permission is mended.
ALLOW = "an administrator can allow it in the security level of the API user"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check *found*, and how to fix it if it is not well."""

    check: str
    result: Result
    found: str
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that works, and is not as it should be."""

    found: str
    mend: str | None = None
