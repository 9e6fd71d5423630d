"""The report as SHACL has it, in RDF: for whoever compares it with that of another engine."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import jsonld, turtle
from bio2kg.namespaces import DEF, PREFIXES
from bio2kg.validation.findings import Finding
from bio2kg.validation.names import Names
from bio2kg.validation.verdict import Verdict

_SH, _RDF, _XSD = PREFIXES["sh"], PREFIXES["rdf"], PREFIXES["xsd"]
_SEVERITY = {"violation": "Violation", "warning": "Warning", "info": "Info"}


def write_turtle(verdict: Verdict, names: Names, language: str) -> str:
    """A sh:ValidationReport in Turtle, with messages in both languages."""
    return turtle.write(triples(verdict))


def write_jsonld(verdict: Verdict, names: Names, language: str) -> str:
    """The same report as JSON-LD."""
    return jsonld.write(triples(verdict)).decode()


def triples(verdict: Verdict) -> Iterator[Triple]:
    """The report: every result, also those that were known or set aside."""
    report = NamedNode(f"urn:bio2kg:report:{verdict.as_of.isoformat()}:{verdict.profile}")

    def say(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Triple:
        return Triple(subject, NamedNode(predicate), value)

    yield say(report, f"{_RDF}type", NamedNode(f"{_SH}ValidationReport"))
    yield say(report, f"{_SH}conforms", _typed(str(verdict.conforms).lower(), "boolean"))
    yield say(report, f"{DEF}asOf", _typed(verdict.as_of.isoformat(), "date"))
    found = [*verdict.findings, *verdict.known, *(f for f, _ in verdict.suppressed)]
    for finding in found:
        for component in finding.components:
            node = NamedNode(f"urn:bio2kg:finding:{finding.fingerprint}")
            if len(finding.components) > 1:
                node = NamedNode(f"{node.value}:{component.removeprefix(_SH)}")
            yield say(report, f"{_SH}result", node)
            yield say(node, f"{_SH}sourceConstraintComponent", NamedNode(component))
            yield from _of_result(node, finding)


def _of_result(node: NamedNode, finding: Finding) -> Iterator[Triple]:
    result = finding.result
    constraint = result.constraint in finding.rule.queries
    values: list[tuple[str, NamedNode | Literal]] = [
        (f"{_RDF}type", NamedNode(f"{_SH}ValidationResult")),
        (f"{_SH}focusNode", _node(result.focus)),
        (f"{_SH}resultSeverity", NamedNode(f"{_SH}{_SEVERITY[finding.severity]}")),
        (f"{_SH}sourceShape", NamedNode(finding.rule.iri if constraint else result.constraint)),
        *((f"{_SH}resultMessage", Literal(text, language=lang)) for lang, text in finding.message.items()),
        (f"{DEF}fingerprint", Literal(finding.fingerprint)),
    ]
    if constraint:
        values.append((f"{_SH}sourceConstraint", NamedNode(result.constraint)))
    if result.path:
        values.append((f"{_SH}resultPath", NamedNode(result.path)))
    if finding.value is not None:
        values.append((f"{_SH}value", finding.value))
    for predicate, value in values:
        yield Triple(node, NamedNode(predicate), value)


def _node(text: str) -> NamedNode | Literal:
    return NamedNode(text) if text.startswith(("http://", "https://", "urn:")) else Literal(text)


def _typed(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(f"{_XSD}{kind}"))
