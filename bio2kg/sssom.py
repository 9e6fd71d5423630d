"""Mapping sets in SSSOM/TSV (https://mapping-commons.github.io/sssom/, version 1.1) as claims in RDF.

Each line becomes a ``b:MappingClaim`` node with everything its columns say, and beside it the plain triple where the
predicate is a mapping relation of SKOS. The columns beyond SSSOM are read as the file's ``extension_definitions``
declare them; sssom-py drops those, which is why the table is read here.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import yamltext
from bio2kg.errors import InputError
from bio2kg.namespaces import GRAPH, ID, PREFIXES, B

_SSSOM, _DCTERMS, _SKOS, _XSD = (PREFIXES[p] for p in ("sssom", "dcterms", "skos", "xsd"))
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_MATCHES = {f"{_SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
_REQUIRED = (
    "record_id",
    "subject_id",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "confidence",
    "claim_status",
    "mapping_source",
)
# Columns whose values are concepts of a code list of ours.
_CODES = {"claim_status": "claim-status", "set_relation": "set-relation", "coverage": "coverage"}
_PROPERTIES = {
    "subject_id": f"{_SSSOM}subject_id",
    "predicate_id": f"{_SSSOM}predicate_id",
    "object_id": f"{_SSSOM}object_id",
    "subject_label": f"{_SSSOM}subject_label",
    "object_label": f"{_SSSOM}object_label",
    "mapping_justification": f"{_SSSOM}mapping_justification",
    "author_id": f"{_SSSOM}author_id",
    "mapping_date": f"{_SSSOM}mapping_date",
    "confidence": f"{_SSSOM}confidence",
    "mapping_source": f"{_DCTERMS}source",
    "object_source": f"{_SSSOM}object_source",
    "comment": f"{PREFIXES['rdfs']}comment",
}
_SET_PROPERTIES = {
    "license": f"{_DCTERMS}license",
    "creator_id": f"{_DCTERMS}creator",
    "mapping_set_source": f"{_DCTERMS}source",
    "subject_source": f"{_SSSOM}subject_source",
    "object_source": f"{_SSSOM}object_source",
    "mapping_set_version": f"{PREFIXES['dcat']}version",
    "publication_date": f"{_DCTERMS}issued",
    "comment": f"{PREFIXES['rdfs']}comment",
}
_TEXTS = ("comment", "subject_label", "object_label")
# The forms of typed values that are taken, where a spreadsheet tends to write another.
_FORMS = {
    "boolean": r"true|false",
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "decimal": r"-?\d+(\.\d+)?",
    "integer": r"-?\d+",
}
_TYPED = {"confidence": f"{_XSD}decimal", "mapping_date": f"{_XSD}date", "publication_date": f"{_XSD}date"}


def read(path: Path, name: str) -> list[Triple]:
    """The triples of a mapping set: its description, its claims, and the plain SKOS triples.

    Raises InputError with file and line for a header that is no YAML, a column that is missing, a prefix that is not
    declared, or a value of the wrong form.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=name, remedy="Save it as UTF-8 text.") from error
    head = [line for line in lines if line.startswith("#")]
    reader = _Reader(name, _metadata(head, name))
    if reader.set.value.rpartition("/")[2] != path.name.removesuffix(".sssom.tsv"):
        raise InputError(
            f"the mapping_set_id {reader.set.value} does not end in the name of the file",
            where=f"{name}:1",
            remedy="Give both the same name.",
        )
    return [*reader.description(), *reader.claims(lines[len(head) :], len(head))]


def _metadata(head: list[str], name: str) -> dict[str, Any]:
    try:
        content = yamltext.load("\n".join(line[1:] for line in head))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise InputError(
            f"the header is not YAML: {getattr(error, 'problem', error)}",
            where=f"{name}{line}",
            remedy="Correct that line.",
        ) from error
    if (
        not isinstance(content, dict)
        or "mapping_set_id" not in content
        or not isinstance(content.get("curie_map"), dict)
    ):
        raise InputError(
            "the header lacks mapping_set_id or curie_map", where=f"{name}:1", remedy="See data/mappings/README.md."
        )
    return content


@dataclass
class _Reader:
    name: str
    metadata: dict[str, Any]

    def __post_init__(self) -> None:
        self.prefixes = {str(prefix): str(iri) for prefix, iri in self.metadata["curie_map"].items()}
        try:
            self.extensions = {
                d["slot_name"]: (self._iri(d["property"], 1), d.get("type_hint", "xsd:string"))
                for d in self.metadata.get("extension_definitions") or []
            }
        except (AttributeError, KeyError, TypeError) as error:
            what = "a line of extension_definitions lacks slot_name or property"
            raise InputError(what, where=f"{self.name}:1", remedy="See data/mappings/README.md.") from error
        self.set = self._iri(self.metadata["mapping_set_id"], 1)

    def description(self) -> Iterator[Triple]:
        """The mapping set, and the graph that holds it."""
        graph = NamedNode(f"{GRAPH}mapping/{self.set.value.rpartition('/')[2]}")
        yield Triple(self.set, _TYPE, NamedNode(str(B.MappingSet)))
        yield Triple(graph, _TYPE, NamedNode(str(B.Graph)))
        yield Triple(graph, NamedNode(str(B.mappingSet)), self.set)
        for slot, term in (("mapping_set_title", "title"), ("mapping_set_description", "description")):
            for key, language in ((slot, "en"), (f"{slot}_nl", "nl")):
                if text := self.metadata.get(key):
                    for subject in (self.set, graph):
                        yield Triple(subject, NamedNode(f"{_DCTERMS}{term}"), Literal(str(text), language=language))
        for slot, predicate in _SET_PROPERTIES.items():
            for given in _many(self.metadata.get(slot)):
                value = self._value(slot, given, 1)
                yield Triple(self.set, NamedNode(predicate), value)
                if slot in ("license", "mapping_set_source"):
                    yield Triple(graph, NamedNode(predicate), value)
        for key, language in (("rights_note", "en"), ("rights_note_nl", "nl")):
            if text := self.metadata.get(key):
                yield Triple(graph, NamedNode(str(B.rightsNote)), Literal(str(text), language=language))

    def claims(self, lines: list[str], offset: int) -> Iterator[Triple]:
        """The claims of the table; ``offset`` is the number of lines above it."""
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if missing := [column for column in _REQUIRED if column not in (rows.fieldnames or [])]:
            raise InputError(
                f"the table lacks the column(s) {', '.join(missing)}",
                where=f"{self.name}:{offset + 1}",
                remedy="See data/mappings/README.md.",
            )
        seen: set[str] = set()
        for row in rows:
            line = offset + rows.line_num
            if None in row or None in row.values():
                raise InputError(
                    "this line has another number of cells than the header",
                    where=f"{self.name}:{line}",
                    remedy="Check the tabs.",
                )
            if row["record_id"] in seen:
                raise InputError(
                    f"the number {row['record_id']} is used twice",
                    where=f"{self.name}:{line}",
                    remedy="Give the new line the next free number.",
                )
            seen.add(row["record_id"])
            yield from self._claim(row, line)

    def _claim(self, row: dict[str, str], line: int) -> Iterator[Triple]:
        claim = self._iri(row["record_id"], line)
        yield Triple(claim, _TYPE, NamedNode(str(B.MappingClaim)))
        yield Triple(claim, NamedNode(str(B.inMappingSet)), self.set)
        for column, cell in row.items():
            known = NamedNode(_PROPERTIES[column]) if column in _PROPERTIES else None
            predicate = known or (self.extensions[column][0] if column in self.extensions else None)
            if column == "record_id" or not cell.strip():
                continue
            if predicate is None:
                raise InputError(
                    f"the column {column} is not known",
                    where=f"{self.name}:{line}",
                    remedy="Declare it under extension_definitions.",
                )
            for value in [cell] if column in _TEXTS else cell.split("|"):
                yield Triple(claim, predicate, self._value(column, value.strip(), line))
        if row.get("subject_label") and row.get("object_label"):
            yield Triple(
                claim, NamedNode(f"{PREFIXES['rdfs']}label"), Literal(f"{row['subject_label']} → {row['object_label']}")
            )
        relation = self._iri(row["predicate_id"], line)
        if relation.value in _MATCHES:
            yield Triple(self._iri(row["subject_id"], line), relation, self._iri(row["object_id"], line))

    def _value(self, column: str, value: object, line: int) -> NamedNode | Literal:
        text = str(value)
        if column in _CODES:
            return self._iri(f"{ID}{_CODES[column]}/{text}", line)
        if column in _TEXTS:
            return Literal(text)
        if column in _TYPED:
            if column == "confidence" and not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", text):
                raise InputError(
                    f"the confidence “{text}” is not a number from 0 to 1",
                    where=f"{self.name}:{line}",
                    remedy="Write it with a point, as 0.7.",
                )
            return self._typed(text, _TYPED[column], line)
        prefix, colon, _ = text.partition(":")
        if text.startswith(("http://", "https://")) or (colon and prefix in self.prefixes):
            return self._iri(text, line)
        if column in self.extensions:
            return self._typed(text, f"{_XSD}{self.extensions[column][1].removeprefix('xsd:')}", line)
        if column.endswith(("_id", "_source", "justification")):
            self._iri(text, line)
        return Literal(text)

    def _typed(self, text: str, datatype: str, line: int) -> Literal:
        kind = datatype.removeprefix(_XSD)
        if kind in _FORMS and not re.fullmatch(_FORMS[kind], text):
            raise InputError(
                f"“{text}” is no xsd:{kind}", where=f"{self.name}:{line}", remedy="See data/mappings/README.md."
            )
        return Literal(text, datatype=NamedNode(datatype))

    def _iri(self, curie: str, line: int) -> NamedNode:
        iri = str(curie)
        if not iri.startswith(("http://", "https://")):
            prefix, colon, local = iri.partition(":")
            if not colon or prefix not in self.prefixes or not local:
                raise InputError(
                    f"“{curie}” has no prefix of the curie_map",
                    where=f"{self.name}:{line}",
                    remedy="Declare the prefix, or correct the cell.",
                )
            iri = f"{self.prefixes[prefix]}{local}"
        try:
            return NamedNode(iri)
        except ValueError as error:
            raise InputError(
                f"“{curie}” makes no IRI: {error}", where=f"{self.name}:{line}", remedy="Correct it."
            ) from error


def _many(value: object) -> list[object]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]
