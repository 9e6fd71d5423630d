"""Findings: the results of a validation in words, with what they are about and where that stands."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import natural
from bio2kg.validation.names import Names
from bio2kg.validation.result import Result
from bio2kg.validation.rules import LANGUAGES, SEVERITIES, Rule, Text

_VARIABLE = re.compile(r"\{[?$](this|value|path)\}")
_GONE = {f"{ID}status/{status}" for status in ("moved", "see-other", "withdrawn")}
Places = Callable[[str, str], str]


@dataclass(frozen=True)
class Finding:
    """One finding: which rule, on what, what was found, where, and a fingerprint that stays the same from run to run.

    ``about`` is the measure or control concerned (an IRI, or empty), ``place`` the sheet and cell it came from,
    ``value`` the term that was found, as it stands in the data. ``general`` is the message without what is particular
    to this finding, ``detail`` names the thing itself where ``subject`` names the measure it is about.
    """

    rule: Rule
    result: Result
    code: str
    message: Text
    subject: Text
    found: Text
    about: str
    place: str
    fingerprint: str
    source: str
    value: NamedNode | Literal | None
    components: tuple[str, ...]
    general: Text
    detail: Text

    @property
    def severity(self) -> str:
        """``violation``, ``warning`` or ``info``."""
        return self.result.severity


def finding(result: Result, rule: Rule, names: Names, places: Places, components: tuple[str, ...] = ()) -> Finding:
    """A result in words, in both languages; ``places`` gives the sheet and cell of a thing's property."""
    looked_at = result.value if result.value in names.things or names.about(result.value) else result.focus
    about = names.about(looked_at)
    code, source = rule.code, "\n".join(rule.sources)
    if rule.family == "PD" and (deadline := names.deadline(result.value)):
        code = names.catalogue.value(deadline, f"{PREFIXES['dcterms']}identifier") or code
        source = names.catalogue.value(deadline, f"{DEF}setBy") or source
    message, subject, found, general, detail = {}, {}, {}, {}, {}
    for language in LANGUAGES:
        template = rule.messages.get(result.constraint, rule.description).get(language, "")
        successors = _successors(rule, about, names, language)
        message[language] = _filled(template, result, names, language) + successors
        subject[language] = names.name(about or looked_at, language)
        found[language] = _found(result, looked_at, names, language)
        general[language] = re.sub(r": …\.?$", ".", _VARIABLE.sub("…", template)) + successors
        detail[language] = names.name(looked_at, language) if about not in ("", looked_at) else ""
    value = names.term(result)
    parts = (result.constraint, result.focus, result.path, value.value if value else "")
    digest = hashlib.sha256("\n".join(parts).encode())
    return Finding(
        rule, result, code, message, subject, found, about,
        places(looked_at, result.path), digest.hexdigest()[:16], source, value,
        components, general, detail,
    )  # fmt: skip


def order(finding: Finding) -> tuple[object, ...]:
    """The order of a report: the heaviest first, then by rule and by number."""
    result = finding.result
    return (
        SEVERITIES.index(finding.severity),
        natural(finding.code),
        natural(finding.about),
        natural(result.focus),
        result.path,
        natural(result.value),
        result.constraint,
    )


def _filled(template: str, result: Result, names: Names, language: str) -> str:
    values = {"this": result.focus, "value": result.value, "path": result.path}
    text = _VARIABLE.sub(lambda match: names.name(values[match[1]], language), template)
    return text[:1].upper() + text[1:]


def _found(result: Result, looked_at: str, names: Names, language: str) -> str:
    """The value found, with the property it stands in; empty if the finding is the thing itself."""
    if not result.path:
        return ""
    label = names.name(result.path, language)
    if not result.value or result.value == looked_at:
        return f"{label}: –"
    return f"{label}: {names.name(result.value, language)[:200]}"


def _successors(rule: Rule, about: str, names: Names, language: str) -> str:
    """Where a measure went that is no longer there, if the catalogue knows."""
    catalogue = names.catalogue
    said = catalogue.by_subject.get(about, {})
    gone = catalogue.value(about, f"{DEF}status") in _GONE
    if not gone and (rule.family != "VE" or not about):
        return ""
    following = {t.value for name in ("movedTo", "refersTo") if gone for t in said.get(f"{DEF}{name}", ())}
    for event in catalogue.of_type("LineageEvent"):
        if catalogue.value(event, f"{DEF}from") == about:
            following |= {t.value for t in catalogue.by_subject[event].get(f"{DEF}to", ())}
    named = [
        f"{iri.rpartition('/')[2]} ({catalogue.name(iri.rpartition('/')[0], language)})"
        for iri in sorted(following - {about}, key=natural)
    ]
    if not named:
        return ""
    return f" {'Opvolger' if language == 'nl' else 'Successor'}: {', '.join(named)}."
