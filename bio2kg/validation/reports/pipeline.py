"""The report for pipelines: SARIF 2.1.0 and JUnit, where rules that passed are listed too."""

import json
from typing import Any
from xml.etree import ElementTree as Xml

import bio2kg
from bio2kg.validation.findings import Finding
from bio2kg.validation.names import Names
from bio2kg.validation.reports.wording import plain
from bio2kg.validation.rules import SEVERITIES, Rule
from bio2kg.validation.verdict import Verdict

_LEVEL = {"violation": "error", "warning": "warning", "info": "note"}
_FINGERPRINT = "bio2kg/v1"


def write_sarif(verdict: Verdict, names: Names, language: str) -> str:
    """SARIF 2.1.0: rules with help, results with fingerprints and logical locations."""
    index = {rule.iri: place for place, rule in enumerate(verdict.rules)}
    results = [
        *(_result(f, language, index) for f in verdict.findings),
        *(_result(f, language, index) for f in verdict.known),
        *(_result(f, language, index, reason) for f, reason in verdict.suppressed),
    ]
    if verdict.baseline:  # without one there is nothing to compare with
        for result in results:
            known = result["partialFingerprints"][_FINGERPRINT] in verdict.baseline
            result["baselineState"] = "unchanged" if known else "new"
    run = {
        "tool": {
            "driver": {
                "name": "bio2kg",
                "version": bio2kg.__version__,
                "informationUri": "https://w3id.org/bio2kg",
                "language": language,
                "rules": [_rule(rule, language) for rule in verdict.rules],
            }
        },
        "properties": {"asOf": verdict.as_of.isoformat(), "profile": verdict.profile, "conforms": verdict.conforms},
        "results": results,
    }
    sarif = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(sarif, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule, language: str) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.code.replace("-", ""),
        "shortDescription": {"text": rule.name[language]},
        "fullDescription": {"text": rule.description[language]},
        "help": {"text": rule.remedy.get(language, "") or rule.description[language]},
        "helpUri": rule.iri,
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"profile": rule.profile, "sources": list(rule.sources)},
    }


def _result(finding: Finding, language: str, index: dict[str, int], reason: str = "") -> dict[str, Any]:
    said = " ".join(
        filter(None, (f"{finding.subject[language]}: {finding.message[language]}", finding.found[language]))
    )
    location: dict[str, Any] = {"fullyQualifiedName": finding.result.focus, "kind": "resource"}
    if finding.place:
        # A sheet has no line numbers; the cell is the name of the place.
        location["name"] = finding.place
    result: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": index[finding.rule.iri],
        "level": _LEVEL[finding.severity],
        "message": {"text": said},
        "locations": [{"logicalLocations": [location]}],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {"code": finding.code, "about": finding.about, "value": finding.result.value},
    }
    if reason:
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result


def write_junit(verdict: Verdict, names: Names, language: str) -> str:
    """JUnit: a suite for each family of rules, a case for each rule; a warning below ``fail_on`` is no failure."""
    failing = SEVERITIES[: SEVERITIES.index(verdict.fail_on) + 1]
    by_rule: dict[str, list[Finding]] = {}
    for finding in verdict.findings:
        by_rule.setdefault(finding.rule.iri, []).append(finding)
    root = Xml.Element("testsuites", name=f"bio2kg {verdict.assessment} {verdict.as_of.isoformat()}")
    families: dict[str, list[Rule]] = {}
    failed = 0
    for rule in verdict.rules:
        families.setdefault(rule.family, []).append(rule)
    for family, rules in families.items():
        suite = Xml.SubElement(root, "testsuite", name=family, tests=str(len(rules)))
        failures = 0
        for rule in rules:
            case = Xml.SubElement(suite, "testcase", classname=family, name=f"{rule.code} {rule.name[language]}")
            found = by_rule.get(rule.iri, [])
            lines = "\n".join(_line(f, language) for f in found)
            if any(f.severity in failing for f in found):
                failures += 1
                failure = Xml.SubElement(case, "failure", type=rule.severity, message=rule.description[language])
                failure.text = lines
            elif found:
                Xml.SubElement(case, "system-out").text = lines
        suite.set("failures", str(failures))
        failed += failures
    root.set("tests", str(len(verdict.rules)))
    root.set("failures", str(failed))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _line(finding: Finding, language: str) -> str:
    place = f" [{finding.place}]" if finding.place else ""
    return plain(f"{finding.code} {finding.subject[language]}: {finding.message[language]}{place}")
