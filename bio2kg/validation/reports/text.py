"""The report for a terminal of 80 columns."""

from bio2kg.validation.findings import Finding
from bio2kg.validation.names import Names
from bio2kg.validation.reports.sources import cited
from bio2kg.validation.reports.wording import SEVERITIES, SEVERITY, headline, word, wrapped
from bio2kg.validation.verdict import Group, Verdict


def write(verdict: Verdict, names: Names, language: str) -> str:
    """The verdict on top, then the findings by rule, the heaviest first."""
    lines = list(_head(verdict, language))
    severity = ""
    for group in verdict.groups():
        if group.severity != severity:
            severity = group.severity
            title = SEVERITIES[language][severity].capitalize()
            lines += ["", title, "=" * len(title)]
        lines += ["", *_group(group, names, language)]
    for finding, reason in verdict.suppressed:
        said = f"{word('suppressed', language)}: {finding.code} {finding.subject[language]} ({reason})"
        lines += ["", *wrapped(said, "", "  ")]
    lines += ["", *wrapped(word("not_stored", language), "", "")]
    return "\n".join(lines) + "\n"


def _head(verdict: Verdict, language: str) -> list[str]:
    outcome = word("passed" if verdict.passed else "failed", language)
    facts = {
        word("assessment", language): verdict.assessment or "–",
        word("as_of", language): verdict.as_of.isoformat(),
        word("profile", language): f"{word(verdict.profile, language)} ({verdict.profile})",
        word("rules_run", language): str(len(verdict.rules)),
        word("conforms", language): word("yes" if verdict.conforms else "no", language),
    }
    if verdict.known or verdict.resolved:
        facts[word("known", language)] = str(len(verdict.known))
        facts[word("resolved", language)] = str(verdict.resolved)
    if verdict.suppressed:
        facts[word("suppressed", language)] = str(len(verdict.suppressed))
    width = max(map(len, facts)) + 2
    limit = f"{word('fail_on', language)} {SEVERITY[language][verdict.fail_on]}"
    lines = [*wrapped(f"{outcome}: {headline(verdict.counts(), language)} ({limit})", "", ""), ""]
    for name, value in facts.items():
        lines += wrapped(value, f"{name:<{width}}", " " * width)
    if verdict.notices:
        lines += ["", word("notices", language)]
        for notice in verdict.notices:
            lines += wrapped(notice[language], "  - ", "    ")
    return lines


def _group(group: Group, names: Names, language: str) -> list[str]:
    rule, findings = group.rule, group.findings
    times = f" ({len(findings)}×)" if len(findings) > 1 else ""
    lines = wrapped(f"{rule.name[language]}{times}", f"{group.code}  ", " " * (len(group.code) + 2))
    parts = [("demand", rule.description[language]), ("remedy", rule.remedy.get(language, ""))]
    parts.append(("source", "; ".join(cited(iri, names, language) for iri in findings[0].source.split("\n") if iri)))
    parts.append(("rule", rule.iri))
    width = max(len(word(key, language)) for key, _ in parts) + 2
    for key, said in parts:
        lines += wrapped(said, f"  {word(key, language):<{width}}", " " * (width + 2)) if said else []
    said_once = group.said_once(language)
    lines += wrapped(said_once, "  ! ", "    ") if said_once else []
    for finding in findings:
        lines += _finding(finding, language, with_message=not said_once)
    return lines


def _finding(finding: Finding, language: str, *, with_message: bool) -> list[str]:
    said = finding.subject[language]
    if with_message:
        said += f": {finding.message[language]}"
    elif finding.detail[language]:
        said += f": {finding.detail[language]}"
    if finding.found[language]:
        said += f" ({finding.found[language]})"
    if finding.place:
        said += f" [{finding.place}]"
    return wrapped(said, "  - ", "    ")
