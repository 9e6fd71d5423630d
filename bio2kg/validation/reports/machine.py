"""The report for programs: JSON with everything, CSV with one finding a line."""

import csv
import io
import json
from typing import Any

import bio2kg
from bio2kg.errors import InputError
from bio2kg.results import harmless
from bio2kg.validation.findings import Finding
from bio2kg.validation.names import Names
from bio2kg.validation.reports.sources import cited
from bio2kg.validation.reports.wording import plain
from bio2kg.validation.verdict import Verdict

COLUMNS = (
    "severity", "code", "rule", "subject", "message", "found", "remedy", "place",
    "about", "focus", "path", "value", "fingerprint", "state",
)  # fmt: skip


def write_json(verdict: Verdict, names: Names, language: str) -> str:
    """The verdict as one JSON object, with the findings by rule."""
    return json.dumps(as_json(verdict, names, language), ensure_ascii=False, indent=2) + "\n"


def as_json(verdict: Verdict, names: Names, language: str) -> dict[str, Any]:
    """The verdict as JSON has it; see the model ``Report`` in the OpenAPI description."""
    return {
        "assessment": verdict.assessment,
        "asOf": verdict.as_of.isoformat(),
        "profile": verdict.profile,
        "language": language,
        "failOn": verdict.fail_on,
        "passed": verdict.passed,
        "conforms": verdict.conforms,
        "counts": verdict.counts(),
        "rulesChecked": len(verdict.rules),
        "notices": [notice[language] for notice in verdict.notices],
        "groups": [
            {
                "code": group.code,
                "severity": group.severity,
                "name": group.rule.name[language],
                "description": group.rule.description[language],
                "remedy": group.rule.remedy.get(language, ""),
                "rule": group.rule.iri,
                "sources": [
                    {"iri": iri, "label": cited(iri, names, language)}
                    for iri in group.findings[0].source.split("\n")
                    if iri
                ],
                "count": len(group.findings),
                "findings": [_finding(finding, language) for finding in group.findings],
            }
            for group in verdict.groups()
        ],
        "known": [finding.fingerprint for finding in verdict.known],
        "resolved": verdict.resolved,
        "suppressed": [
            {"code": finding.code, "reason": reason, **_finding(finding, language)}
            for finding, reason in verdict.suppressed
        ],
        "producer": {"name": "bio2kg", "version": bio2kg.__version__},
    }


def _finding(finding: Finding, language: str) -> dict[str, str]:
    return {
        "fingerprint": finding.fingerprint,
        "subject": finding.subject[language],
        "message": finding.message[language],
        "found": finding.found[language],
        "place": finding.place,
        "about": finding.about,
        "focus": finding.result.focus,
        "path": finding.result.path,
        "value": finding.result.value,
        "constraint": finding.result.constraint,
    }


def fingerprints(content: bytes, name: str) -> set[str]:
    """The fingerprints of an earlier report in JSON, to compare with. Raises InputError if it is no such report."""
    try:
        report = json.loads(content)
        return set(report["known"]) | {f["fingerprint"] for group in report["groups"] for f in group["findings"]}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "this is no earlier report", where=name, remedy="Give a report that was made with --format json."
        ) from error


def write_csv(verdict: Verdict, names: Names, language: str) -> str:
    """One finding a line, separated by commas; a cell cannot start a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    states = [
        *((f, "new") for f in verdict.findings),
        *((f, "known") for f in verdict.known),
        *((f, f"set aside: {reason}") for f, reason in verdict.suppressed),
    ]
    for finding, state in states:
        said = _finding(finding, language)
        row = {
            **said,
            "severity": finding.severity,
            "code": finding.code,
            "rule": finding.rule.name[language],
            "remedy": finding.rule.remedy.get(language, ""),
            "state": state,
        }
        writer.writerow([harmless(plain(row[column])) for column in COLUMNS])
    return out.getvalue()
