"""Assessments to carry, and what to look up in the result."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import EmbeddedStore, select
from bio2kg.upgrade import Change, Upgraded

PROV = PREFIXES["prov"]
OLD = f"{ID}assessment/voorbeeld-1.2-2026"
NEW = f"{ID}assessment/voorbeeld-1.3-2026"
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEADER + text, format=RdfFormat.TURTLE)]


def active(store: EmbeddedStore, edition: str) -> list[str]:
    found = select(
        store,
        f"SELECT DISTINCT ?n WHERE {{ ?m <{PREFIXES['skos']}inScheme> <{ID}bio2/{edition}> ; "
        f"<{PREFIXES['skos']}notation> ?n ; <{DEF}status> <{ID}status/active> }}",
    )
    return sorted(row["n"].value for row in found)


def assessment(edition: str, numbers: Iterable[str], more: str = "", choices: dict[str, str] | None = None) -> str:
    """An assessment in which every measure is conform and every text names its number."""
    base = f"{ID}assessment/voorbeeld-{edition}-2026"
    text = f"""
    <{base}> a b:Assessment ; b:usesEdition <{ID}bio2/{edition}> ; b:usesStatement <{base}/statement> ;
      b:organisation <{ID}organisation/voorbeeld> ; b:assessmentStatus <{ID}assessment-status/final> ;
      b:completedOn "2026-06-15"^^xsd:date ; b:hasApproval <{base}/approval> ; prov:wasRevisionOf <{base}-eerder> .
    <{base}/approval> a b:Approval ; b:approvedOn "2026-06-20"^^xsd:date .
    <{base}/statement> a b:StatementOfApplicability ; dcat:version "3" ; dcterms:title "VvT" ;
      b:usesEdition <{ID}bio2/{edition}> , <{ID}iso27002/2022> ; b:versionDate "2026-03-01"^^xsd:date ;
      b:publishedOn "2026-03-09"^^xsd:date ; b:publishedAt <https://www.voorbeeld.example/vvt> .
    <{base}/evidence/1> a b:Evidence ; b:inAssessment <{base}> ; dcterms:title "Scan" .
    """
    for number in numbers:
        choice = (choices or {}).get(number, "applicable")
        text += f"""
        <{base}/entry/{number}> a b:ApplicabilityEntry ; b:inStatement <{base}/statement> ;
          b:concerns <{ID}bio2/{edition}/{number}> ; b:applicability <{ID}applicability/{choice}> ;
          b:justification "Reden {number}" ; b:implementationReference "Handboek {number}" ;
          b:implementationStatus <{ID}implementation-status/verified> .
        <{base}/ca/{number}> a b:ControlAssessment ; b:inAssessment <{base}> ; b:maturity 4 ;
          b:concerns <{ID}bio2/{edition}/{number}> ; b:operationalisation "Werkwijze {number}" .
        """
        for aspect in ("opzet", "bestaan", "werking"):
            text += f"""
            <{base}/finding/{number}/{aspect}> a b:Finding ; b:ofControlAssessment <{base}/ca/{number}> ;
              b:aspect <{ID}aspect/{aspect}> ; b:result <{ID}finding-result/conform> ; b:observation "Gezien {number}" ;
              b:assessedOn "2026-05-20"^^xsd:date ; b:supportedBy <{base}/evidence/1> .
            """
    return text + more


def values(triples: Iterable[Triple], subject: str, predicate: str) -> set[str]:
    """The values of a property, IRIs of ours without the base."""
    return {
        t.object.value.removeprefix(ID)
        for t in triples
        if t.subject.value == subject and t.predicate.value == predicate and isinstance(t.object, NamedNode | Literal)
    }


def entry(upgraded: Upgraded, number: str, predicate: str) -> set[str]:
    return values(
        upgraded.triples, f"{ID}assessment/voorbeeld-{upgraded.second}-2026/entry/{number}", f"{DEF}{predicate}"
    )


def change(upgraded: Upgraded, *, old: str = "", new: str = "") -> Change:
    (found,) = (c for c in upgraded.changes if c.new == new and (new or c.old == (old,)))
    return found
