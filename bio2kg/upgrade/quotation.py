"""What the old assessment said, in words: it stands in the list of changes, not in the new assessment."""

from pyoxigraph import Literal

from bio2kg.namespaces import ID
from bio2kg.upgrade.changes import label
from bio2kg.upgrade.contents import Contents
from bio2kg.upgrade.lineage import LANGUAGES, Text
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.preparation import Node

ASPECTS = ("opzet", "bestaan", "werking")
WORDS: dict[str, Text] = {
    "note": {
        "nl": "Overgenomen uit BIO2 {edition} ({numbers}). De maatregel is veranderd; dit is nog niet herbeoordeeld.",
        "en": "Carried over from BIO2 {edition} ({numbers}). The measure has changed; this was not judged anew yet.",
    },
    "exception": {"nl": "uitzondering", "en": "exception"},
    "maturity": {"nl": "volwassenheid", "en": "maturity"},
    "sufficient": {"nl": "maatregelen volstonden", "en": "measures were sufficient"},
    "insufficient": {"nl": "maatregelen volstonden niet", "en": "measures were not sufficient"},
}


class Quotation:
    """Words for what a file said; ``language`` is that of its own texts where they come in more than one."""

    def __init__(self, contents: Contents, frameworks: Catalogue, language: str) -> None:
        self._contents, self._frameworks, self._language = contents, frameworks, language

    def note(self, edition: str, numbers: list[str]) -> Literal:
        """The remark on an entry whose content was carried although the measure changed."""
        text = WORDS["note"][self._language].format(edition=edition, numbers=", ".join(numbers))
        return Literal(text, language=self._language)

    def part(self, node: Node) -> Text:
        """What an entry, control assessment or exception said; nothing for a finding, which is said with its whole."""
        if self._contents.is_a(node, "Exception"):
            return {lang: f"{WORDS['exception'][lang]}: {self._text(node, 'justification')}" for lang in LANGUAGES}
        if self._contents.is_a(node, "ApplicabilityEntry"):
            return self.entry(node)
        if self._contents.is_a(node, "ControlAssessment"):
            return self.findings(node)
        return dict.fromkeys(LANGUAGES, "")

    def entry(self, node: Node) -> Text:
        """What an entry of a statement said."""
        own = [self._text(node, name) for name in ("justification", "implementationReference", "note")]
        coded = ("applicability", "implementationStatus")
        return {
            lang: "; ".join(filter(None, [*(self._codes(node, name, lang) for name in coded), *own]))
            for lang in LANGUAGES
        }

    def findings(self, judgement: Node) -> Text:
        """What a control assessment found of design, existence and operation, and its maturity."""
        findings = sorted(self._contents.pointing("ofControlAssessment", judgement), key=self._aspects)
        maturity = self._text(judgement, "maturity")
        return {
            lang: "; ".join(
                [
                    *(self._finding(finding, lang) for finding in findings),
                    *([f"{WORDS['maturity'][lang]}: {maturity}"] if maturity else []),
                ]
            )
            for lang in LANGUAGES
        }

    def _finding(self, node: Node, language: str) -> str:
        said = f"{self._codes(node, 'aspect', language)}: {self._codes(node, 'result', language)}"
        observation = self._text(node, "observation")
        return f"{said} ({observation})" if observation else said

    def _aspects(self, finding: Node) -> list[int]:
        aspects = [f"{ID}aspect/{aspect}" for aspect in ASPECTS]
        return [aspects.index(a.value) for a in self._contents.values(finding, "aspect") if a.value in aspects]

    def _codes(self, node: Node, name: str, language: str) -> str:
        return ", ".join(label(self._frameworks, v.value, language) for v in self._contents.values(node, name))

    def _text(self, node: Node, name: str) -> str:
        return self._contents.text(node, name, self._language)
