"""Small assessments, put together and worked out by hand."""

from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import ID, PREFIXES
from tests.statements import ASPECTS, code, say

COMPLETE = "voorbeeldstad-1.3-2026"
ORG = NamedNode(f"{ID}organisation/voorbeelddorp")


class Assessment:
    """A small assessment of one edition, put together by hand."""

    def __init__(self, name: str, edition: str, published: date | None = None) -> None:
        self.name, self.edition = name, edition
        self.triples: list[Triple] = []
        self.say(
            "",
            "b:Assessment",
            b__organisation=ORG,
            b__usesEdition=NamedNode(f"{ID}bio2/{edition}"),
            b__usesStatement=self.node("statement"),
            b__completedOn=date(2026, 6, 1),
        )
        self.say(
            "statement",
            "b:StatementOfApplicability",
            b__organisation=ORG,
            b__publishedOn=published,
            dcat__version=Literal("1"),
        )
        self.triples += say(ORG, "org:FormalOrganization", {"foaf:name": Literal("Voorbeelddorp")})

    def node(self, path: str) -> NamedNode:
        return NamedNode(f"{ID}assessment/{self.name}" + (f"/{path}" if path else ""))

    def measure(self, number: str) -> NamedNode:
        return NamedNode(f"{ID}bio2/{self.edition}/{number}")

    def say(self, path: str, kind: str, **values: object) -> None:
        self.triples += say(self.node(path), kind, values)  # type: ignore[arg-type]

    def entry(self, number: str, applicability: str = "applicable", implementation: str | None = "implemented") -> None:
        self.say(
            f"entry/{number}/{applicability}",
            "b:ApplicabilityEntry",
            b__inStatement=self.node("statement"),
            b__concerns=self.measure(number),
            b__applicability=code("applicability", applicability),
            b__implementationStatus=implementation and code("implementation-status", implementation),
            b__justification="Omdat het object ontbreekt.",
        )

    def judge(self, number: str, results: str, evidence: str = "approved", owner: str = "", turn: str = "1") -> None:
        """``results``: opzet, bestaan and werking; c(onform), p(artly), n(ot), -: not assessed, capital C: no evidence."""
        words = {"c": "conform", "C": "conform", "p": "partly-conform", "n": "not-conform", "-": "not-assessed"}
        path = f"judgement/{number}/{turn}"
        self.say(
            path,
            "b:ControlAssessment",
            b__inAssessment=self.node(""),
            b__concerns=self.measure(number),
            b__owner=self.node(f"party/{owner}") if owner else None,
        )
        for aspect, result in zip(ASPECTS, results, strict=True):
            self.say(
                f"{path}/{aspect}",
                "b:Finding",
                b__ofControlAssessment=self.node(path),
                b__aspect=code("aspect", aspect),
                b__result=code("finding-result", words[result]),
                b__supportedBy=None if result in "C-" else self.node(f"evidence/{evidence}"),
            )

    def with_evidence(self) -> "Assessment":
        for status in ("approved", "draft", "in-review", "rejected"):
            self.say(
                f"evidence/{status}",
                "b:Evidence",
                b__inAssessment=self.node(""),
                b__evidenceStatus=code("evidence-status", status),
            )
        self.say(
            "evidence/expiring",
            "b:Evidence",
            b__inAssessment=self.node(""),
            b__evidenceStatus=code("evidence-status", "approved"),
            b__validUntil=date(2026, 6, 30),
        )
        return self


def small() -> Assessment:
    """Every state once, and the cases in which two of them compete."""
    a = Assessment("dorp-1.3-2026", "1.3", published=date(2026, 3, 1)).with_evidence()
    # 5.01.01 has no entry
    a.judge("5.01.01", "ccc")
    a.entry("5.01.02", "not-applicable", None)
    a.entry("5.02.01", "replaced-by-equivalent", None)
    a.entry("5.02.02")
    a.entry("5.04.01", implementation="planned")
    a.entry("5.05.01")
    a.judge("5.05.01", "cn-", owner="hoofd")
    a.entry("5.08.01")
    a.judge("5.08.01", "ccp", owner="hoofd")
    a.entry("5.09.01")
    a.judge("5.09.01", "ccC", owner="hoofd")
    a.entry("5.10.02")
    a.judge("5.10.02", "ccc", owner="hoofd")
    a.entry("5.10.03")
    a.judge("5.10.03", "ccc", evidence="draft")
    a.entry("5.12.01")
    a.judge("5.12.01", "ccc", evidence="expiring")
    a.entry("5.14.01")
    a.judge("5.14.01", "cc-")
    a.entry("5.14.02", implementation="partial")
    a.judge("5.14.02", "ccc")
    a.entry("5.14.03", implementation="not-started")
    a.judge("5.14.03", "ccc")
    a.entry("5.14.04")
    a.entry("5.14.04", "not-applicable", None)
    a.entry("5.14.05")
    a.judge("5.14.05", "ccc")
    a.judge("5.14.05", "ccn", turn="2")
    a.entry("5.15.01")
    a.judge("5.15.01", "ccc", evidence="in-review")
    a.entry("5.26.02")
    a.judge("5.26.02", "ccc")
    a.say("party/hoofd", "b:Party", foaf__name=Literal("Hoofd"))
    a.say(
        "membership/1",
        "org:Membership",
        org__member=a.node("party/hoofd"),
        org__role=code("role", "lijnmanagement"),
        b__heldUntil=date(2026, 12, 31),
    )
    for name, status, day in (("a", "open", date(2026, 9, 1)), ("b", "closed", date(2026, 1, 1)), ("c", None, None)):
        a.say(
            f"action/{name}",
            "b:ImprovementAction",
            b__inAssessment=a.node(""),
            b__actionStatus=status and code("action-status", status),
            b__targetDate=day,
            dcterms__description=Literal(f"Actie {name}"),
        )
    a.triples.append(
        Triple(
            a.node("judgement/5.08.01/1/werking"),
            NamedNode(f"{PREFIXES['b']}hasAction"),
            a.node("action/a"),
        )
    )

    def record(path: str, measure: str, on: date, **more: object) -> None:
        a.say(
            f"record/{path}",
            "b:ActivityRecord",
            b__organisation=ORG,
            b__concerns=a.measure(measure),
            b__performedOn=on,
            **more,
        )

    record("1", "5.01.02", date(2024, 6, 30))
    record("2", "5.01.02", date(2025, 6, 30))
    record("3", "5.24.07", date(2026, 1, 1))  # which of the two deadlines of this measure is not said
    record("4", "5.05.01", date(2026, 1, 31), b__forDeadline=NamedNode(f"{ID}deadline/1.3/5.05.01"))
    a.say(
        "own/1",
        "b:OwnInterval",
        b__organisation=ORG,
        b__forDeadline=NamedNode(f"{ID}deadline/1.3/5.05.01"),
        b__interval=Literal("P1M", datatype=NamedNode(f"{PREFIXES['xsd']}duration")),
    )
    return a


def earlier() -> Assessment:
    """The year before, against the edition before."""
    a = Assessment("dorp-1.2-2025", "1.2").with_evidence()
    for number, results in {"5.04.02": "ccC", "5.25.01": "ccn", "5.05.01": "ccp", "5.02.02": "ccc"}.items():
        a.entry(number)
        a.judge(number, results)
    a.entry("5.01.02", "not-applicable", None)
    a.entry("7.01.01")
    return a


def other_numbering() -> list[Triple]:
    """An edition that uses the number 5.10.02 for another measure."""
    edition = NamedNode(f"{ID}bio2/9.9")
    measure = {
        "skos:inScheme": edition,
        "skos:notation": Literal("5.10.02"),
        "b:status": code("status", "active"),
        "b:underControl": NamedNode(f"{ID}iso27002/2022/5.10"),
        "b:editionOf": NamedNode(f"{ID}measure/9.9-5.10.02"),
    }
    return [*say(NamedNode(f"{ID}bio2/9.9/5.10.02"), "b:MeasureEdition", measure)]
