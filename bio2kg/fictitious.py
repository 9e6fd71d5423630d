"""A complete, clearly fictitious assessment of any size: for the examples, the tests and the benchmark.

Nothing in it is random: the same arguments give the same triples. What it says satisfies every rule on ``AS_OF``.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.validation.catalogue import Catalogue

AS_OF = date(2026, 7, 1)
ASPECTS = ("opzet", "bestaan", "werking")
ISO = f"{ID}iso27002/2022"

Value = str | bool | int | date | datetime | NamedNode | Literal
_LEFT_OUT = {
    "8.27.01": "De gemeente ontwerpt en ontwikkelt zelf geen systemen; zij neemt alleen standaarddiensten af.",
    "8.30": "Er wordt geen programmatuur ontwikkeld, ook niet uitbesteed.",
}


def complete(
    catalogue: Catalogue,
    name: str = "voorbeeldstad",
    title: str = "Gemeente Voorbeeldstad (fictief)",
    evidence: int = 40,
    edition: str = "1.3",
    year: int = 2026,
) -> list[Triple]:
    """An assessment of all controls and active measures of an edition, with so many pieces of evidence (3 or more).

    It was made in the first half of the year.
    """
    return list(_Assessment(catalogue, name, title, evidence, edition, year).triples())


class _Assessment:
    def __init__(self, catalogue: Catalogue, name: str, title: str, evidence: int, edition: str, year: int) -> None:
        self.catalogue, self.title, self.evidence, self.year = catalogue, title, evidence, year
        self.base = f"{ID}assessment/{name}-{edition}-{year}"
        self.edition = f"{ID}bio2/{edition}"
        self.org = NamedNode(f"{ID}organisation/{name}")
        self.measures = catalogue.measures(self.edition, "active")
        self.controls = {
            number: iri
            for iri in catalogue.of_type("Control")
            if iri.startswith(f"{ISO}/") and (number := iri.rpartition("/")[2])
        }
        with_measures = (catalogue.value(iri, f"{DEF}underControl") for iri in self.measures.values())
        self.with_measures = {iri for iri in with_measures if iri}

    def day(self, years: int, month: int, day: int) -> date:
        """A day in the year of the assessment, or so many years from it."""
        return date(self.year + years, month, day)

    def node(self, path: str) -> NamedNode:
        return NamedNode(f"{self.base}/{path}" if path else self.base)

    def say(self, path: str, kind: str, **values: Value | Iterable[Value] | None) -> Iterator[Triple]:
        yield from say(self.node(path), kind, values)

    def triples(self) -> Iterator[Triple]:
        yield from say(self.org, "org:FormalOrganization", {"foaf:name": self.title})
        yield from self.roles()
        yield from self.frame()
        yield from self.risks()
        yield from self.assets()
        yield from self.governance()
        yield from self.chain()
        yield from self.statement()
        yield from self.findings()
        yield from self.activities()

    def roles(self) -> Iterator[Triple]:
        """One party per role; the CISO reports to the board and owns nothing."""
        held = {
            "college": ("College van burgemeester en wethouders", ("bestuur",)),
            "ciso": ("CISO", ("ciso",)),
            "bedrijfsvoering": ("Afdelingshoofd Bedrijfsvoering", ("lijnmanagement",)),
            "dienstverlening": ("Afdelingshoofd Dienstverlening", ("lijnmanagement", "proceseigenaar")),
            "audit": ("Concerncontrol", ("auditor", "onafhankelijke-functionaris")),
        }
        for slug, (name, roles) in held.items():
            reports_to = self.node("party/college") if slug != "college" else None
            yield from self.say(f"party/{slug}", "b:Party", foaf__name=name, org__reportsTo=reports_to)
            for role in roles:
                yield from self.say(
                    f"membership/{slug}-{role}",
                    "org:Membership",
                    org__member=self.node(f"party/{slug}"),
                    org__organization=self.org,
                    org__role=code("role", role),
                    b__heldFrom=self.day(-2, 1, 1),
                )

    def frame(self) -> Iterator[Triple]:
        """The assessment, its statement of applicability and the scope of the ISMS."""
        editions = [NamedNode(self.edition), NamedNode(ISO), NamedNode(f"{ID}iso27001/2022")]
        yield from self.say(
            "",
            "b:Assessment",
            b__organisation=self.org,
            b__usesEdition=NamedNode(self.edition),
            b__periodStart=self.day(0, 1, 1),
            b__periodEnd=self.day(0, 5, 31),
            b__completedOn=self.day(0, 6, 15),
            b__method=code("assessment-method", "self-assessment"),
            b__assessor=self.node("party/audit"),
            b__coversScope=self.node("scope"),
            b__usesStatement=self.node("statement"),
            b__assessmentStatus=code("assessment-status", "final"),
            b__hasApproval=self.node("approval/assessment"),
        )
        yield from self.approval("assessment", "college", self.day(0, 6, 22))
        yield from self.say(
            "statement",
            "b:StatementOfApplicability",
            b__organisation=self.org,
            b__usesEdition=editions,
            b__versionDate=self.day(0, 3, 2),
            dcat__version=f"{self.year}.1",
            dcterms__title=f"Verklaring van Toepasselijkheid {self.year}",
            dcterms__license=NamedNode("https://creativecommons.org/publicdomain/zero/1.0/"),
            dcterms__publisher=self.org,
            b__coversScope=self.node("scope"),
            b__owner=self.node("party/bedrijfsvoering"),
            b__publishedOn=self.day(0, 3, 9),
            b__publishedAt=NamedNode(f"https://www.voorbeeldstad.example/informatiebeveiliging/vvt-{self.year}"),
        )
        yield from self.say(
            "scope",
            "b:IsmsScope",
            b__organisation=self.org,
            dcterms__description="Alle processen en systemen van de gemeente, ook de dienstverlening aan inwoners.",
            b__versionDate=self.day(0, 2, 2),
            b__publishedOn=self.day(0, 3, 9),
            b__publishedAt=NamedNode("https://www.voorbeeldstad.example/informatiebeveiliging/isms"),
            b__sector=code("sector", "government"),
            b__contextDuty=[NamedNode(f"{ID}cbw/21"), NamedNode(f"{ID}cbw/25")],
            b__weighsInformationKind=[
                code("information-kind", k) for k in ("open", "personal", "sensitive", "classified")
            ],
        )

    def approval(self, slug: str, by: str, on: date) -> Iterator[Triple]:
        yield from self.say(f"approval/{slug}", "b:Approval", b__approvedBy=self.node(f"party/{by}"), b__approvedOn=on)

    def risks(self) -> Iterator[Triple]:
        """The method, one analysis, and two risks of which one is accepted for a time."""
        yield from self.say(
            "risk-method",
            "b:RiskMethod",
            b__organisation=self.org,
            b__adoptedOn=self.day(-1, 2, 3),
            b__includesPart=[
                code("risk-method-part", part) for part in ("quick-scan", "full-analysis", "register", "follow-up")
            ],
        )
        yield from self.say(
            f"risk-analysis/{self.year}",
            "b:RiskAnalysis",
            b__organisation=self.org,
            b__performedOn=self.day(0, 2, 9),
            b__coversScope=self.node("scope"),
            b__usesMethod=self.node("risk-method"),
            b__author=self.node("party/bedrijfsvoering"),
            b__weighsImpactArea=[
                NamedNode(iri) for iri in self.catalogue.labels if iri.startswith(f"{ID}impact-area/")
            ],
            b__coversTopic=[
                code("chain-topic", t) for t in ("direct-suppliers", "product-quality", "supplier-practices")
            ],
        )
        levels = {"uitval": (12, 9, 6), "gegevenslek": (15, 8, 8)}
        for slug, (inherent, current, residual) in levels.items():
            yield from self.say(
                f"risk/{slug}",
                "b:Risk",
                b__inAnalysis=self.node(f"risk-analysis/{self.year}"),
                skos__prefLabel=f"Risico: {slug}",
                b__likelihood=3,
                b__impact=inherent // 3,
                b__inherentLevel=inherent,
                b__currentLevel=current,
                b__residualLevel=residual,
                b__mitigatedBy=self.node("action/1"),
                b__owner=self.node("party/dienstverlening"),
            )
        yield from self.say(
            "acceptance/uitval",
            "b:RiskAcceptance",
            b__acceptsRisk=self.node("risk/uitval"),
            b__decidedBy=self.node("party/dienstverlening"),
            b__decidedOn=self.day(0, 2, 16),
            b__endsOn=self.day(0, 12, 31),
            b__temporary=True,
            b__hasAction=self.node("action/1"),
        )

    def assets(self) -> Iterator[Triple]:
        """Registers, two systems and two processes, all in scope and owned by line management."""
        for kind in ("assets", "internet-facing", "critical-systems", "contracts", "risks"):
            yield from self.say(
                f"register/{kind}",
                "b:Register",
                b__organisation=self.org,
                b__registerKind=code("register-kind", kind),
                b__versionDate=self.day(0, 1, 19),
            )
        for slug, label, outside in (("burgerzaken", "Burgerzaken", False), ("website", "Website", True)):
            registers = [self.node("register/assets"), *([self.node("register/internet-facing")] if outside else [])]
            yield from self.say(
                f"system/{slug}",
                "b:InformationSystem",
                b__organisation=self.org,
                skos__prefLabel=label,
                b__inScope=self.node("scope"),
                b__critical=not outside,
                b__owner=self.node("party/dienstverlening"),
                b__assetKind=code("asset-kind", "application"),
                b__classification="beschikbaarheid hoog, integriteit hoog, vertrouwelijkheid hoog",
                b__classificationMethod="Handreiking dataclassificatie (eigen uitwerking)",
                b__registeredIn=registers,
                b__internetFacing=outside,
                b__wentLiveOn=self.day(0, 3, 30),
                b__riskAnalysis=self.node(f"risk-analysis/{self.year}"),
            )
        for slug, label in (("reisdocumenten", "Reisdocumenten uitgeven"), ("belastingen", "Belastingen heffen")):
            yield from self.say(
                f"process/{slug}",
                "b:BusinessProcess",
                b__organisation=self.org,
                skos__prefLabel=label,
                b__inScope=self.node("scope"),
                b__critical=True,
                b__owner=self.node("party/dienstverlening"),
            )

    def governance(self) -> Iterator[Triple]:
        """Policy, training, audit plan, in-control statement, reviews and procedures."""
        topics = [NamedNode(iri) for iri in self.catalogue.labels if iri.startswith(f"{ID}policy-topic/")]
        for slug, kind in (("informatiebeveiliging", "information-security"), ("cloud", "cloud")):
            yield from self.say(
                f"policy/{slug}",
                "b:Policy",
                b__organisation=self.org,
                b__policyKind=code("policy-kind", kind),
                b__adoptedOn=self.day(0, 1, 26),
                b__adoptedBy=self.node("party/college"),
                b__coversPolicyTopic=topics if kind == "information-security" else None,
            )
        yield from self.say(
            "training/college",
            "b:TrainingRecord",
            b__trainee=self.node("party/college"),
            b__completedOn=self.day(-1, 11, 3),
            b__validUntil=self.day(1, 11, 3),
        )
        yield from self.say(
            f"audit-plan/{self.year}",
            "b:AuditPlan",
            b__organisation=self.org,
            b__forYear=self.year,
            b__selects=self.node("system/burgerzaken"),
            b__auditKind=code("assessment-method", "pentest"),
        )
        yield from self.say(
            f"icv/{self.year}",
            "b:InControlStatement",
            b__organisation=self.org,
            b__forYear=self.year,
            b__signedBy=self.node("party/college"),
            b__signedOn=self.day(0, 4, 20),
            b__coversWholeOrganisation=True,
            b__claimsFullControl=False,
        )
        for kind in ("management-review", "internal-audit"):
            yield from self.say(
                f"activity/{kind}",
                "b:ActivityRecord",
                b__organisation=self.org,
                b__activityKind=code("activity-kind", kind),
                b__performedOn=self.day(0, 4, 13),
                b__performedBy=self.node("party/audit"),
            )
        yield from self.say(
            "procedure/crisis",
            "b:Procedure",
            b__organisation=self.org,
            b__procedureKind=code("procedure-kind", "crisis"),
        )
        yield from self.say(
            "procedure/incident",
            "b:Procedure",
            b__organisation=self.org,
            b__procedureKind=code("procedure-kind", "incident"),
            b__refersToProcedure=self.node("procedure/crisis"),
        )
        yield from self.say(
            "procedure/cvd",
            "b:Procedure",
            b__organisation=self.org,
            b__procedureKind=code("procedure-kind", "cvd"),
            b__publishedAt=NamedNode("https://www.voorbeeldstad.example/kwetsbaarheid-melden"),
        )

    def chain(self) -> Iterator[Triple]:
        """A cloud supplier with contract, report, sub-supplier and access; one incident, reported in time."""
        yield from self.say(
            "supplier/wolkendienst",
            "b:Supplier",
            b__organisation=self.org,
            foaf__name="Wolkendienst (fictief)",
            b__accessesInformation=True,
            b__cloudProvider=True,
        )
        yield from self.say("service/hosting", "b:Service", skos__prefLabel="Hosting van de website")
        yield from self.say(
            "contract/1",
            "b:Contract",
            b__withSupplier=self.node("supplier/wolkendienst"),
            b__signedOn=self.day(-1, 9, 1),
            b__validUntil=self.day(2, 8, 31),
            b__registeredIn=self.node("register/contracts"),
            b__containsClause=[
                code("contract-clause", c)
                for c in (
                    "security-requirements",
                    "proof-of-operation",
                    "audit-right",
                    "exit-strategy",
                    "csp-dissolution",
                )
            ],
            b__forService=self.node("service/hosting"),
            b__underPolicy=self.node("policy/cloud"),
        )
        yield from self.say(
            "assurance/1",
            "b:AssuranceReport",
            b__fromSupplier=self.node("supplier/wolkendienst"),
            b__coversService=self.node("service/hosting"),
            b__periodStart=self.day(-1, 1, 1),
            b__periodEnd=self.day(-1, 12, 31),
            b__identifiesRisk=self.node("risk/uitval"),
        )
        yield from self.say(
            "sub-supplier/1",
            "b:SubSupplier",
            b__subSupplierOf=self.node("supplier/wolkendienst"),
            foaf__name="Datacentrum (fictief)",
            b__knownSince=self.day(-1, 8, 1),
        )
        yield from self.say(
            "access/1",
            "b:AccessGrant",
            b__toSupplier=self.node("supplier/wolkendienst"),
            b__grantedOn=self.day(0, 3, 2),
            b__endsOn=self.day(0, 12, 31),
            b__conditions="Alleen via de beheeromgeving, met meervoudige authenticatie en logging.",
            b__riskAnalysis=self.node(f"risk-analysis/{self.year}"),
        )
        aware = datetime(self.year, 4, 7, 9, 30)
        yield from self.say(
            "incident/1",
            "b:Incident",
            b__organisation=self.org,
            b__awareAt=aware,
            b__reportable=True,
            b__handlingOngoing=False,
            b__causeAnalysis="Een verlopen certificaat legde de balieapplicatie stil.",
            b__improvement="Certificaten worden bewaakt en op tijd vernieuwd.",
        )
        for kind, hours in (("early-warning", 5), ("incident-notification", 48), ("final-report", 480)):
            yield from self.say(
                f"notice/{kind}",
                "b:Notice",
                b__ofIncident=self.node("incident/1"),
                b__noticeKind=code("notice-kind", kind),
                b__sentAt=aware + timedelta(hours=hours),
            )

    def statement(self) -> Iterator[Triple]:
        """An entry for each control and each active measure; one of each is left out, with its exception."""
        for number, iri in self.controls.items():
            out = _LEFT_OUT.get(number) if iri not in self.with_measures else None
            yield from self.say(
                f"entry/{number}",
                "b:ApplicabilityEntry",
                b__inStatement=self.node("statement"),
                b__concerns=NamedNode(iri),
                b__applicability=code("applicability", "not-applicable" if out else "applicable"),
                b__justification=out or f"Volgt uit de risicoanalyse van {self.year} over de hele organisatie.",
                b__ground=code("ground", "object-absent" if out else "risk-analysis"),
                b__implementationStatus=None if out else code("implementation-status", "implemented"),
                b__implementationReference=None if out else f"Handboek informatiebeveiliging, hoofdstuk {number}",
                b__riskAnalysis=self.node(f"risk-analysis/{self.year}"),
                b__measuresSufficient=True if iri in self.with_measures else None,
            )
            if out:
                yield from self.exception(number, out, "control-not-applied")
        for number, iri in self.measures.items():
            out = _LEFT_OUT.get(number)
            yield from self.say(
                f"entry/{number}",
                "b:ApplicabilityEntry",
                b__inStatement=self.node("statement"),
                b__concerns=NamedNode(iri),
                b__applicability=code("applicability", "not-applicable" if out else "applicable"),
                b__justification=out or "Overheidsmaatregel uit BIO2; het object komt bij ons voor.",
                b__ground=code("ground", "object-absent" if out else "baseline"),
                b__implementationStatus=None if out else code("implementation-status", "implemented"),
                b__implementationReference=None if out else f"Handboek informatiebeveiliging, maatregel {number}",
            )
            if out:
                yield from self.exception(number, out, "cannot-apply")

    def exception(self, number: str, reason: str, kind: str) -> Iterator[Triple]:
        yield from self.say(
            f"exception/{number}",
            "b:Exception",
            b__inStatement=self.node("statement"),
            b__forEntry=self.node(f"entry/{number}"),
            b__deviationKind=code("deviation-kind", kind),
            b__ground=code("ground", "object-absent"),
            b__justification=reason,
            b__riskAnalysis=self.node(f"risk-analysis/{self.year}"),
            b__decidedBy=self.node("party/bedrijfsvoering"),
            b__decidedOn=self.day(0, 2, 23),
            b__reviewOn=self.day(1, 2, 1),
            b__hasAdvice=self.node(f"exception/{number}/advice"),
        )
        yield from self.say(
            f"exception/{number}/advice",
            "b:Advice",
            b__advisedBy=self.node("party/ciso"),
            b__advisedOn=self.day(0, 2, 16),
            b__adviceText="Akkoord: het object ontbreekt. Beoordeel dit jaarlijks opnieuw.",
        )

    def findings(self) -> Iterator[Triple]:
        """Three findings for each measure, each with its share of the evidence, and one that is not yet in order.

        A control without measures of its own is assessed itself.
        """
        for n in range(1, self.evidence + 1):
            yield from self.say(
                f"evidence/{n}",
                "b:Evidence",
                b__inAssessment=self.node(""),
                dcterms__title=f"Bewijsstuk {n}",
                b__location=f"ZAAK-{self.year}-{n:04d}",
                b__collectedOn=self.day(0, 4, 1) + timedelta(days=n % 30),
                b__collectedBy=self.node("party/audit"),
                b__validUntil=self.day(1, 6, 30),
                b__periodStart=self.day(0, 1, 1),
                b__periodEnd=self.day(0, 3, 31),
                b__evidenceStatus=code("evidence-status", "approved"),
                b__confidentiality=code("confidentiality", "public"),
            )
        yield from self.say(
            "action/1",
            "b:ImprovementAction",
            b__inAssessment=self.node(""),
            dcterms__description="De hersteltest ook voor de website uitvoeren.",
            b__owner=self.node("party/dienstverlening"),
            b__targetDate=self.day(0, 10, 1),
            b__actionStatus=code("action-status", "in-progress"),
        )
        turn = 0
        alone = {
            number: iri
            for number, iri in self.controls.items()
            if iri not in self.with_measures and number not in _LEFT_OUT
        }
        assessed = {number: iri for number, iri in self.measures.items() if number not in _LEFT_OUT}
        for number, iri in (assessed | alone).items():
            yield from self.say(
                f"control-assessment/{number}",
                "b:ControlAssessment",
                b__inAssessment=self.node(""),
                b__concerns=NamedNode(iri),
                b__operationalisation=f"Handboek informatiebeveiliging, maatregel {number}",
                b__failureDetection="Kwartaalcontrole door het afdelingshoofd; afwijkingen worden gemeld.",
                b__origin=code("origin", "assessed"),
                b__owner=self.node("party/dienstverlening"),
            )
            for aspect in ASPECTS:
                open_point = number == "8.13.04" and aspect == "werking"
                yield from self.say(
                    f"finding/{number}/{aspect}",
                    "b:Finding",
                    b__ofControlAssessment=self.node(f"control-assessment/{number}"),
                    b__aspect=code("aspect", aspect),
                    b__result=code("finding-result", "partly-conform" if open_point else "conform"),
                    b__assessedOn=self.day(0, 5, 20),
                    b__supportedBy=self.node(f"evidence/{turn % self.evidence + 1}"),
                    b__observation="De hersteltest is alleen voor burgerzaken uitgevoerd." if open_point else None,
                    b__hasAction=self.node("action/1") if open_point else None,
                )
                turn += 1

    def activities(self) -> Iterator[Triple]:
        """For each deadline that the measures set a record that keeps it."""
        for iri in self.catalogue.of_type("Deadline"):
            measure = self.catalogue.value(iri, f"{DEF}setBy") or ""
            if measure not in self.measures.values():
                continue
            kind = (self.catalogue.value(iri, f"{DEF}deadlineKind") or "").rpartition("/")[2]
            slug = iri.rpartition("/")[2]
            quantified = self.catalogue.value(iri, f"{DEF}interval") is not None
            yield from self.say(
                f"activity/{slug}",
                "b:ActivityRecord",
                b__organisation=self.org,
                b__concerns=NamedNode(measure),
                b__forDeadline=NamedNode(iri),
                b__performedOn=self.day(0, 6, 8),
                b__performedBy=self.node("party/audit"),
                b__administeredBy=self.node("party/bedrijfsvoering"),
                b__startedOn=self.day(0, 6, 5) if kind == "maximum-delay" else None,
                b__retention=Literal("P5Y", datatype=NamedNode(f"{PREFIXES['xsd']}duration"))
                if kind == "minimum-retention"
                else None,
                b__supportedBy=self.node("evidence/1"),
            )
            if kind == "recurrence" and not quantified:
                yield from self.say(
                    f"own-interval/{slug}",
                    "b:OwnInterval",
                    b__organisation=self.org,
                    b__forDeadline=NamedNode(iri),
                    b__interval=Literal("P1Y", datatype=NamedNode(f"{PREFIXES['xsd']}duration")),
                )


def code(code_list: str, notation: str) -> NamedNode:
    """A concept of one of our code lists."""
    return NamedNode(f"{ID}{code_list}/{notation}")


def say(
    subject: NamedNode | BlankNode, kind: str, values: dict[str, Value | Iterable[Value] | None]
) -> Iterator[Triple]:
    """What is said of one thing: its class and its values, by names as ``b:result`` (or ``b__result``)."""
    yield Triple(subject, NamedNode(f"{PREFIXES['rdf']}type"), _term(kind))
    for name, given in values.items():
        several = given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
        for value in several:
            if value is not None:
                yield Triple(subject, _term(name), value if isinstance(value, NamedNode | Literal) else _literal(value))


def _term(name: str) -> NamedNode:
    prefix, _, local = name.replace("__", ":").partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _literal(value: str | bool | int | date | datetime) -> Literal:
    if isinstance(value, str):
        return Literal(value, language="nl") if " " in value else Literal(value)
    kind = {bool: "boolean", int: "integer", date: "date", datetime: "dateTime"}[type(value)]
    text = (
        str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)
    )
    return Literal(text, datatype=NamedNode(f"{PREFIXES['xsd']}{kind}"))
