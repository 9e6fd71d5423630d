"""What the command line and the server share: from a file and a few choices to a verdict."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from pyoxigraph import Triple

from bio2kg.errors import InputError, StateError
from bio2kg.store import Store
from bio2kg.validation import catalogue, reading, rules
from bio2kg.validation.findings import Finding
from bio2kg.validation.names import Names
from bio2kg.validation.preparation import prepare
from bio2kg.validation.reading import Input
from bio2kg.validation.reports import machine
from bio2kg.validation.rules import LANGUAGES
from bio2kg.validation.verdict import Validator, Verdict


class Session:
    """The rules of a store, ready for many assessments."""

    def __init__(self, store: Store) -> None:
        """Raises StateError if the store holds no rules: an assessment held against nothing would always pass."""
        self.store = store
        self.catalogue = catalogue.load(store)
        book = rules.load(store)
        if not book.rules:
            raise StateError("the store holds no rules", remedy="Load a whole release into it.")
        self.validator = Validator(self.catalogue, book)

    @property
    def names(self) -> Names:
        """Names for the parts of the frameworks."""
        return Names({}, self.catalogue)

    def read(self, content: bytes, name: str) -> Input:
        """See ``reading.read``."""
        return reading.read(content, name, self.store, self.catalogue)

    def suppressions(self, content: bytes, name: str) -> list[Triple]:
        """The triples of a file of suppressions."""
        return reading.triples(content, name)

    def validate(
        self,
        given: Input,
        *,
        profile: str,
        as_of: date,
        fail_on: str = "violation",
        baseline: Iterable[str] = (),
        reference: bool = False,
    ) -> Verdict:
        """See ``Validator.validate``; what was noticed on reading is part of the verdict."""
        verdict = self.validator.validate(
            given.triples,
            profile=profile,
            as_of=as_of,
            fail_on=fail_on,
            baseline=baseline,
            places=given.places,
            reference=reference,
        )
        verdict.notices = given.notices
        return verdict

    def graph(self, given: Input, as_of: date) -> str:
        """The graph that the shapes run on, as N-Triples: assessment, what was prepared, and the catalogue."""
        added = prepare(given.triples, self.catalogue, as_of)
        own = "".join(sorted(f"{t} .\n" for t in (*given.triples, *added)))
        return own + self.catalogue.beside(given.triples).decode()


def together(verdicts: list[Verdict], files: list[str]) -> Verdict:
    """One verdict over several files; each finding then says which file it is in."""
    if len(verdicts) == 1:
        return verdicts[0]

    def placed(finding: Finding, file: str) -> Finding:
        return dataclasses.replace(finding, place=f"{file} {finding.place}".strip())

    whole = dataclasses.replace(
        verdicts[0],
        assessment=f"{len(files)} bestanden / files",
        findings=[],
        known=[],
        suppressed=[],
        notices=[],
        results=set(),
        resolved=0,
    )
    for verdict, file in zip(verdicts, files, strict=True):
        whole.findings += [placed(f, file) for f in verdict.findings]
        whole.known += [placed(f, file) for f in verdict.known]
        whole.suppressed += [(placed(f, file), reason) for f, reason in verdict.suppressed]
        whole.notices += [{lang: f"{file}: {text}" for lang, text in n.items()} for n in verdict.notices]
        whole.results |= verdict.results
    found = {f.fingerprint for f in (*whole.findings, *whole.known, *(f for f, _ in whole.suppressed))}
    whole.resolved = sum(fingerprint not in found for fingerprint in verdicts[0].baseline)
    return whole


def day_named(text: str | None) -> date:
    """The day to judge on: as given, or today. Raises InputError for what is no date."""
    if text is None:
        return date.today()
    try:
        if len(text) != len("2026-07-01"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"“{text}” is no date", remedy="Give one as 2026-07-01.") from error


def language_named(text: str) -> str:
    """A language that the reports speak. Raises InputError for another."""
    if text not in LANGUAGES:
        raise InputError(f"there is no report in “{text}”", remedy=f"Languages are: {', '.join(LANGUAGES)}.")
    return text


def baseline_of(content: bytes, name: str) -> set[str]:
    """The fingerprints of an earlier report in JSON."""
    return machine.fingerprints(content, name)
