"""The rules as a list: what each demands, on what it rests, how heavy it is and when it runs."""

import csv
import io
import json
from typing import Any

from bio2kg import jsonld, turtle
from bio2kg.errors import NotAcceptableError, NotFoundError
from bio2kg.namespaces import ID
from bio2kg.results import harmless
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.names import Names
from bio2kg.validation.reports.sources import cited
from bio2kg.validation.reports.wording import SEVERITY, word
from bio2kg.validation.rules import PROFILES, Rule, RuleBook, of_deadlines

_NEWEST = f"{ID}bio2/1.3"
FORMS = ("json", "csv", "turtle", "jsonld")


def select(book: RuleBook, catalogue: Catalogue, profile: str = "public", code: str | None = None) -> list[Rule]:
    """The rules that run in a profile, those of the deadlines of the newest edition at the end; or the one of a code.

    Raises NotFoundError for a code that no rule has.
    """
    found = book.of(profile)
    found += [rule for rule in of_deadlines(book, catalogue, _NEWEST) if rule.profile in {r.profile for r in found}]
    if code is None:
        return found
    chosen = [rule for rule in found if rule.code.lower() == code.lower()]
    if not chosen:
        raise NotFoundError(f"there is no rule “{code}”", remedy="bio2kg rules lists them all.")
    return chosen


def headings(language: str) -> list[str]:
    """The headings of the table."""
    return [word(key, language) for key in ("rule", "title_of", "severity", "profile", "source")]


def row(rule: Rule, catalogue: Catalogue, language: str) -> list[str]:
    """A rule as a row of the table."""
    return [
        rule.code,
        rule.name[language],
        SEVERITY[language][rule.severity],
        word(rule.profile, language),
        "; ".join(cited(iri, Names({}, catalogue), language) for iri in rule.sources),
    ]


def counted(rules: list[Rule], language: str) -> str:
    """How many rules there are, by profile."""
    parts = [
        f"{sum(rule.profile == profile for rule in rules)} {word('from', language)} {word(profile, language)}"
        for profile in PROFILES
    ]
    return f"{len(rules)} {word('rules', language)}: {', '.join(parts)}"


def as_text(rule: Rule, catalogue: Catalogue, language: str) -> str:
    """All there is to say about one rule."""
    said = as_json(rule, catalogue, language)
    lines = [f"{rule.code}  {said['name']}", "", said["description"], said["remedy"], ""]
    lines += [f"{word('severity', language)}: {SEVERITY[language][rule.severity]}"]
    lines += [f"{word('profile', language)}: {word(rule.profile, language)}"]
    lines += [f"{word('source', language)}: {source['label']} <{source['iri']}>" for source in said["sources"]]
    lines += [f"{word('message', language)}: {message}" for message in said["messages"]]
    lines += [f"{word('since', language)}: {rule.since}", *rule.changed, "", rule.iri]
    return "\n".join(lines)


def as_json(rule: Rule, catalogue: Catalogue, language: str) -> dict[str, Any]:
    """A rule as JSON has it; see the model ``RuleDescription`` in the OpenAPI description."""
    names = Names({}, catalogue)
    return {
        "code": rule.code,
        "iri": rule.iri,
        "name": rule.name[language],
        "description": rule.description[language],
        "remedy": rule.remedy.get(language, ""),
        "severity": rule.severity,
        "profile": rule.profile,
        "sources": [{"iri": iri, "label": cited(iri, names, language)} for iri in rule.sources],
        "messages": [texts[language] for _, texts in sorted(rule.messages.items()) if language in texts],
        "since": rule.since,
        "changed": list(rule.changed),
    }


def one(rule: Rule, catalogue: Catalogue, language: str) -> str:
    """A rule as one JSON object."""
    return json.dumps(as_json(rule, catalogue, language), ensure_ascii=False, indent=2) + "\n"


def write(rules: list[Rule], book: RuleBook, catalogue: Catalogue, form: str, language: str) -> str:
    """The rules as JSON, CSV, or as the shapes themselves. Raises NotAcceptableError for another form."""
    described = [as_json(rule, catalogue, language) for rule in rules]
    match form:
        case "json":
            return json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        case "csv":
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\r\n")
            columns = ("code", "name", "severity", "profile", "description", "remedy", "since", "iri")
            writer.writerow((*columns, "sources"))
            for item in described:
                sources = "; ".join(source["label"] for source in item["sources"])
                writer.writerow([harmless(str(item[column])) for column in columns] + [harmless(sources)])
            return out.getvalue()
        case "turtle":
            return turtle.write(book.closure(rule.shape or rule.iri for rule in rules))
        case "jsonld":
            return jsonld.write(book.closure(rule.shape or rule.iri for rule in rules)).decode()
    raise NotAcceptableError(f"there is no list as “{form}”", remedy=f"Forms are: table, {', '.join(FORMS)}.")
