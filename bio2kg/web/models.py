"""The shapes of JSON answers, for the OpenAPI description."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _left_out(schema: dict[str, Any]) -> None:
    """What is not known is left out of an answer; it is never null."""
    for member in schema.get("properties", {}).values():
        member.pop("default", None)


class Answer(BaseModel):
    """An object of which members that are not known are left out."""

    model_config = ConfigDict(alias_generator=to_camel, json_schema_extra=_left_out)


class Fault(BaseModel):
    """One of several things that are wrong with a request."""

    location: str = Field(alias="in", description="Where it is: query or path")
    name: str = Field(description="Which parameter")
    detail: str = Field(description="What is wrong with it and what is allowed")


class Problem(Answer):
    """What went wrong, as problem+json (RFC 9457)."""

    type: str = Field(description="Leads to an explanation of this kind of problem")
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = Field(default=[], description="Everything that is wrong with the request")


class QuerySummary(BaseModel):
    """A named query as the list shows it."""

    name: str
    href: str
    title: dict[str, str]
    description: dict[str, str]
    tags: list[str]


class Labels(Answer):
    """A text in Dutch and English; a language in which it is not known is left out."""

    nl: str = ""
    en: str = ""


class Link(Answer):
    """Another thing: its IRI and, where it is known here, its address, number and name."""

    id: str = Field(description="De IRI / The IRI")
    href: str = Field(default="", description="Het adres op deze server / The address on this server")
    number: str = Field(default="", description="Het nummer / The number")
    name: Labels = Field(default=Labels(), description="De naam / The name")


class SourcedCode(Answer):
    """A code with who states it and from which source."""

    code: str
    claim_status: str = Field(default="", description="official, third-party of own-judgement / or own-judgement")
    sources: list[Link] = []


class CollectionSummary(Answer):
    """A collection of this service."""

    name: str
    href: str
    title: Labels
    description: Labels


class EntryPoint(Answer):
    """Where a client starts: the collections, and where they are described."""

    title: Labels
    version: str = Field(description="De versie van deze dienst / The version of this service")
    release: str = Field(default="", description="SHA-256 van de release die antwoordt / of the release that answers")
    specification: str = Field(description="De OpenAPI-beschrijving / The OpenAPI description")
    collections: list[CollectionSummary]


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
