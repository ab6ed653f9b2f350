"""A tenant's instructions: what a YAML file of the contract may say, read and checked.

`load_tenant` gives the instructions or an error that carries every defect of the file;
`check_tenant` gives all defects, with the warnings that a supervisor should see.
"""

from qualify.tenant.defects import Defect, DefectError, Finding, validated
from qualify.tenant.loading import check_tenant, load_tenant
from qualify.tenant.model import (
    BUILT_IN_INTENTS,
    STANDARD_FIELDS,
    Absence,
    Costs,
    FieldDefinition,
    FieldType,
    Instruction,
    Intent,
    MessageFormat,
    OpeningHours,
    Person,
    Tenant,
    UrgencyRule,
)
from qualify.tenant.reading import MAX_FILE_BYTES, read_bytes

__all__ = [
    "BUILT_IN_INTENTS",
    "MAX_FILE_BYTES",
    "STANDARD_FIELDS",
    "Absence",
    "Costs",
    "Defect",
    "DefectError",
    "FieldDefinition",
    "FieldType",
    "Finding",
    "Instruction",
    "Intent",
    "MessageFormat",
    "OpeningHours",
    "Person",
    "Tenant",
    "UrgencyRule",
    "check_tenant",
    "load_tenant",
    "read_bytes",
    "validated",
]
