"""The shapes of JSON answers about assessments and rules, for the OpenAPI description."""

from pydantic import BaseModel, Field


class Source(BaseModel):
    """What a rule rests on."""

    iri: str
    label: str


class ReportFinding(BaseModel):
    """One finding; ``place`` is the sheet and cell if a workbook was sent."""

    fingerprint: str
    subject: str
    message: str
    found: str
    place: str
    about: str
    focus: str
    path: str
    value: str
    constraint: str


class ReportGroup(BaseModel):
    """The findings of one rule."""

    code: str
    severity: str
    name: str
    description: str
    remedy: str
    rule: str
    sources: list[Source]
    count: int
    findings: list[ReportFinding]


class Report(BaseModel):
    """The verdict over an assessment."""

    assessment: str
    asOf: str = Field(description="The day judged on")  # noqa: N815
    profile: str
    language: str
    failOn: str  # noqa: N815
    passed: bool = Field(description="Nothing as heavy as failOn")
    conforms: bool = Field(description="SHACL's own verdict: no result of any severity")
    counts: dict[str, int]
    rulesChecked: int  # noqa: N815
    notices: list[str]
    groups: list[ReportGroup]
    known: list[str]
    resolved: int
    suppressed: list[dict[str, str]]
    producer: dict[str, str]


class RuleDescription(BaseModel):
    """A rule for assessments."""

    code: str
    iri: str
    name: str
    description: str
    remedy: str
    severity: str
    profile: str
    sources: list[Source]
    messages: list[str]
    since: str
    changed: list[str]
