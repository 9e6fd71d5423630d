"""One result of a validation, as SHACL has it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Result:
    """IRIs and lexical forms as text, empty where the report has nothing; severity in lower case.

    ``component`` is the constraint component that reports, such as sh:MinCountConstraintComponent.
    """

    constraint: str
    focus: str
    path: str = ""
    value: str = ""
    severity: str = "violation"
    component: str = ""
