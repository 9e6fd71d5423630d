"""The forms of a report: each has every finding, by the standard it names, and none can be turned against its reader."""

import csv
import io
import json
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as Xml

import pyshacl
import pytest
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import RDF, SH, Graph, URIRef

from bio2kg.convert import to_rdflib
from bio2kg.errors import InputError
from bio2kg.fictitious import AS_OF
from bio2kg.namespaces import DEF, RULE
from bio2kg.results import harmless
from bio2kg.validation.preparation import prepare
from bio2kg.validation.reading import named
from bio2kg.validation.reports import FORMS, form_named
from bio2kg.validation.reports.wording import plain
from bio2kg.validation.rules import LANGUAGES
from bio2kg.validation.service import Session
from bio2kg.validation.verdict import Verdict
from tests.validation.changes import BASE, stated, verdict, without

# Everything that a report can hold: all severities, values of every kind, something known, something set aside, notices.
HOSTILE = "<script>alert(1)</script> & \"x\" 'y' {{ 7 * 7 }} \x1b[2J \ufffe \u202e ]]> =1+1"
BROKEN = f"""
it:evidence\\/1 b:collectedOn "gisteren <b>"@nl ; b:validUntil "2026-01-01"^^xsd:date .
it:risk\\/uitval b:likelihood "hoog" .
it:extra a b:Evidence ; b:inAssessment <{BASE}> ; dcterms:title {json.dumps(HOSTILE)} ; b:collectedOn "=1+1" .
it:finding\\/5.01.01\\/opzet b:assessedOn "=1+1" .
it:party\\/{"x" * 200} a b:Party .
it:aside a b:Suppression ; b:ofRule rule:VT-07 ; b:atNode it:entry\\/5.01.01 ; b:owner it:party\\/ciso ;
    b:reason {json.dumps(f"Tot de nieuwe VvT er is; {HOSTILE} en dat is een lange reden voor één regel van 80.")}@nl ;
    b:endsOn "2026-12-31"^^xsd:date .
"""


@pytest.fixture(scope="module")
def found(session: Session, assessment: list[Triple]) -> Verdict:
    triples = without(assessment, "entry/5.01.01", "justification")
    triples = without(triples, "activity/5.08.01")
    triples = without(triples, "control-assessment/5.02.01", "failureDetection")
    triples = without(triples, "entry/5.02.01", "justification") + stated(BROKEN)
    known = {f.fingerprint for f in verdict(session, triples).findings if f.code == "VT-07"}
    result = verdict(session, triples, baseline=known)
    result.notices = [dict.fromkeys(LANGUAGES, f"VvT!F3: {'een heel lange melding ' * 9}{HOSTILE}")]
    assert all(result.counts().values())
    assert result.known
    assert result.suppressed
    return result


def written(session: Session, found: Verdict, form: str, language: str = "nl") -> str:
    return FORMS[form].write(found, session.names, language)


def test_an_unknown_form_names_those_there_are() -> None:
    with pytest.raises(InputError, match=r"text, html, json, csv, turtle, jsonld, sarif, junit"):
        form_named("pdf")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_fits_a_terminal_and_cannot_steer_it(session: Session, found: Verdict, language: str) -> None:
    text = written(session, found, "text", language)
    wide = [line for line in text.splitlines() if len(line) > 80]
    assert [line for line in wide if len(line.split()[-1]) < 60] == [], "only a long name or IRI is wider"
    assert {c for c in text if c < " "} == {"\n"}
    assert text.splitlines()[0].startswith({"nl": "NIET AKKOORD", "en": "NOT PASSED"}[language])
    for finding in found.findings:
        assert finding.code in text
    for said in ("2026-07-01", "Tot de nieuwe VvT er is", "VvT!F3"):
        assert said in " ".join(text.split())


def test_a_report_without_findings_says_so(session: Session, assessment: list[Triple]) -> None:
    whole = verdict(session, assessment)
    assert written(session, whole, "text").startswith("AKKOORD: niets gevonden")
    assert written(session, whole, "text", "en").startswith("PASSED: nothing found")
    assert json.loads(written(session, whole, "json"))["groups"] == []
    assert Xml.fromstring(written(session, whole, "junit")).findall(".//failure") == []


class Page(HTMLParser):
    """The elements, attributes and text of a page, and whether every element is closed."""

    VOID = frozenset({"meta", "br", "link", "img", "hr", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_stands_alone_and_is_safe(session: Session, found: Verdict, language: str) -> None:
    html = written(session, found, "html", language)
    assert html.lstrip().lower().startswith("<!doctype html>")
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    assert ("html", "lang", language) in page.attributes
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base", "b"})
    loaded = [a for a in page.attributes if a[1] in ("src", "srcset", "data", "poster") or a[1].startswith("on")]
    assert loaded == []
    assert all(a[2].startswith(("https://", "#")) for a in page.attributes if a[1] == "href")
    assert "@import" not in html
    assert "url(" not in html
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    for group in found.groups():
        assert f"{group.code} {group.rule.name[language]}" in page.text
    rows = html.count("<tr><td>")
    assert rows == len(found.findings)
    for group in found.groups():
        for finding in group.findings:
            assert plain(finding.subject[language]) in page.text
            # What is the same for all findings of a rule is said once.
            assert plain(group.said_once(language) or finding.message[language]) in page.text


def test_json_has_every_finding_and_how_it_was_asked(session: Session, found: Verdict) -> None:
    report = json.loads(written(session, found, "json", "en"))
    assert {k: report[k] for k in ("asOf", "profile", "language", "failOn", "passed", "conforms")} == {
        "asOf": "2026-07-01", "profile": "public", "language": "en", "failOn": "violation",
        "passed": False, "conforms": False,
    }  # fmt: skip
    fingerprints = [f["fingerprint"] for g in report["groups"] for f in g["findings"]]
    assert sorted(fingerprints) == sorted(f.fingerprint for f in found.findings)
    assert sum(report["counts"].values()) == len(fingerprints) == sum(g["count"] for g in report["groups"])
    assert report["known"] == [f.fingerprint for f in found.known]
    assert [(s["code"], s["fingerprint"]) for s in report["suppressed"]] == [
        (f.code, f.fingerprint) for f, _ in found.suppressed
    ]
    for group in report["groups"]:
        assert all(group[key] for key in ("code", "severity", "name", "description", "remedy", "rule", "sources"))
        assert all(source["iri"].startswith("https://") and source["label"] for source in group["sources"])


def test_csv_has_a_line_for_each_finding_and_no_formula(session: Session, found: Verdict) -> None:
    rows = list(csv.DictReader(io.StringIO(written(session, found, "csv"), newline="")))
    assert len(rows) == len(found.findings) + len(found.known) + len(found.suppressed)
    assert {row["state"].partition(":")[0] for row in rows} == {"new", "known", "set aside"}
    assert [row["value"] for row in rows if row["value"].endswith("=1+1")] == ["'=1+1"]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]


@pytest.mark.parametrize("cell", ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_cell_that_starts_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "5.01.01", "a=1", "'x", "2026-07-01"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_has_what_the_standard_requires(session: Session, found: Verdict, language: str) -> None:
    """SARIF 2.1.0: §3.13.2, §3.13.4, §3.19.2, §3.27 (results) and §3.49 (rules)."""
    sarif = json.loads(written(session, found, "sarif", language))
    assert sarif["version"] == "2.1.0"
    assert sarif["$schema"].endswith(".json")
    (run,) = sarif["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "bio2kg"
    rules: list[dict[str, Any]] = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == len(found.rules)
    for rule in rules:
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert len(run["results"]) == len(found.findings) + len(found.known) + len(found.suppressed)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert list(result["partialFingerprints"].values())
        assert result["baselineState"] in ("new", "unchanged")
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].startswith("https://")
    states = [result["baselineState"] for result in run["results"]]
    assert states.count("unchanged") == len(found.known)
    aside = [s for result in run["results"] for s in result.get("suppressions", ())]
    assert [s["kind"] for s in aside] == ["external"] * len(found.suppressed)


def test_sarif_speaks_of_a_baseline_only_if_there_was_one(session: Session, assessment: list[Triple]) -> None:
    alone = verdict(session, without(assessment, "entry/5.01.01", "justification"))
    (result,) = json.loads(written(session, alone, "sarif"))["runs"][0]["results"]
    assert "baselineState" not in result


@pytest.mark.parametrize(("fail_on", "severities"), [("violation", 1), ("warning", 2), ("info", 3)])
def test_junit_counts_every_rule_and_fails_those_that_are_heavy_enough(
    session: Session, found: Verdict, fail_on: str, severities: int
) -> None:
    heavy = ("violation", "warning", "info")[:severities]
    found.fail_on, before = fail_on, found.fail_on
    try:
        root = Xml.fromstring(written(session, found, "junit"))
    finally:
        found.fail_on = before
    suites = root.findall("testsuite")
    cases = root.findall(".//testcase")
    assert root.tag == "testsuites"
    assert {suite.get("name") for suite in suites} == {rule.family for rule in found.rules}
    assert sum(int(suite.get("tests", "")) for suite in suites) == len(cases) == len(found.rules)
    failed = {case.get("name", "").split()[0] for case in cases if case.find("failure") is not None}
    assert failed == {f.rule.code for f in found.findings if f.severity in heavy}
    assert sum(int(suite.get("failures", "")) for suite in suites) == len(failed)
    assert int(root.get("tests", "")) == len(found.rules)
    assert int(root.get("failures", "")) == len(failed)


def results(graph: Graph) -> set[tuple[str, ...]]:
    """What the report in a graph says of each result; a blank node has no name to compare by."""

    def n3(node: Any, *predicates: URIRef) -> str:
        term = next((t for p in predicates if (t := graph.value(node, p)) is not None), None)
        return "" if term is None or term.n3().startswith("_:") else term.n3()

    return {
        (
            n3(node, SH.focusNode), n3(node, SH.resultPath), n3(node, SH.value), n3(node, SH.resultSeverity),
            n3(node, SH.sourceShape), n3(node, SH.sourceConstraint),
        )
        for report in graph.subjects(RDF.type, SH.ValidationReport)
        for node in graph.objects(report, SH.result)
    }  # fmt: skip


@pytest.mark.parametrize(("form", "syntax"), [("turtle", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)])
def test_the_report_in_rdf_says_what_that_of_pyshacl_says(session: Session, form: str, syntax: RdfFormat) -> None:
    """The same shapes over the same data: values with datatype and language, shapes and constraints by name."""
    codes = ("AR-01", "AR-05", "CA-02", "CA-14", "VT-06", "VT-08", "XS-01", "XS-02", "VE-02", "RI-06")
    triples = named(
        stated(
            f"""
            <{BASE}> a b:Assessment ; b:organisation it:org, "gemeente"@nl ; b:completedOn "2026-09-01"^^xsd:date .
            it:s a b:StatementOfApplicability ; dcterms:title "" .
            it:e a b:ApplicabilityEntry ; b:inStatement it:s ; b:concerns m:8.08.06 ; b:applicability "ja"@nl, 1 .
            it:f a b:Finding ; b:aspect "opzet" ; b:assessedOn "gisteren", "2026-02-30"^^xsd:date .
            it:a a b:ImprovementAction ; b:inAssessment <{BASE}> ; b:targetDate "2026-01-01"^^xsd:date ;
                b:actionStatus <https://w3id.org/bio2kg/id/action-status/open> .
            it:x a b:Suppression ; b:endsOn "2026-01-01"^^xsd:date ; b:reason "kort" ; b:ofRule "VT-07" .
            it:r a b:Risk ; b:residualLevel 9 ; b:currentLevel 4 ; b:inherentLevel "2"^^xsd:integer .
            [] a b:Finding ; b:result 1.50 .
            """
        )
    )
    found = verdict(session, triples)
    ours = Graph().parse(data=written(session, found, form), format={"turtle": "turtle", "jsonld": "json-ld"}[form])
    assert list(parse(written(session, found, form).encode(), format=syntax))

    shapes = to_rdflib(session.validator.book.closure(f"{RULE}{code}" for code in codes))
    data = to_rdflib([*triples, *prepare(triples, session.catalogue, AS_OF)])
    data.parse(data=session.catalogue.beside(triples), format="nt")
    _, theirs, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    wanted = results(theirs)
    assert len(wanted) > 15
    chosen = {r for r in results(ours) if any(f"/rule/{code}" in f"{r[4]} {r[5]}" for code in codes)}
    assert chosen == wanted
    assert ours.value(None, URIRef(f"{DEF}asOf")) is not None or (None, URIRef(f"{DEF}asOf"), None) in ours
    (report,) = ours.subjects(RDF.type, SH.ValidationReport)
    assert str(ours.value(report, SH.conforms)) == "false"
    assert len(list(ours.objects(report, SH.result))) == len(found.results)


def test_a_report_in_rdf_also_has_what_is_known_or_set_aside(session: Session, found: Verdict) -> None:
    graph = Graph().parse(data=written(session, found, "turtle"), format="turtle")
    assert len(results(graph)) == len(found.results) == len(found.findings) + len(found.known) + len(found.suppressed)
