"""Mapping sets: what a line says becomes triples, and a mistake is named with its file and line."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from bio2kg import sssom
from bio2kg.errors import InputError
from bio2kg.namespaces import PREFIXES, B

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "data" / "mappings").glob("*.sssom.tsv"))
NAME = "data/mappings/fictief.sssom.tsv"

HEAD = """\
curie_map:
  b: "https://w3id.org/bio2kg/def#"
  dcterms: "http://purl.org/dc/terms/"
  mapping: "https://w3id.org/bio2kg/id/mapping/"
  norm: "https://w3id.org/bio2kg/id/norm/"
  organisation: "https://w3id.org/bio2kg/id/organisation/"
  semapv: "https://w3id.org/semapv/vocab/"
  skos: "http://www.w3.org/2004/02/skos/core#"
  source: "https://w3id.org/bio2kg/id/source/"
  wet: "https://w3id.org/bio2kg/id/wet/"
mapping_set_id: https://w3id.org/bio2kg/id/mapping/fictief
mapping_set_title: "Fictitious"
mapping_set_title_nl: "Verzonnen"
mapping_set_description: "Of no use."
mapping_set_version: "1.0.0"
mapping_set_source:
  - source:boek
  - https://w3id.org/bio2kg/id/source/blad
creator_id:
  - organisation:redactie
license: https://creativecommons.org/licenses/by/4.0/
publication_date: 2026-11-21
rights_note: "Numbers only."
rights_note_nl: "Alleen nummers."
extension_definitions:
  - slot_name: claim_status
    property: b:claimStatus
    type_hint: xsd:string
  - slot_name: set_relation
    property: b:setRelation
    type_hint: xsd:string
  - slot_name: further_source
    property: b:furtherSource
    type_hint: xsd:string
  - slot_name: disputed
    property: b:disputed
    type_hint: xsd:boolean
  - slot_name: link_type
    property: b:linkType
"""
LINE = {
    "record_id": "mapping:fictief/7",
    "subject_id": "wet:2030/21.2",
    "subject_label": "Wet art. 21(2)",
    "predicate_id": "skos:relatedMatch",
    "object_id": "norm:2030/5.1",
    "object_label": "Norm 5.1",
    "mapping_justification": "semapv:ManualMappingCuration",
    "author_id": "organisation:bureau",
    "mapping_source": "source:boek",
    "mapping_date": "2026-01-09",
    "confidence": "0.7",
    "comment": 'Zie "bijlage": 1, a.',
    "set_relation": "intersects-with",
    "claim_status": "third-party",
    "further_source": "source:blad|source:krant",
    "disputed": "true",
    "link_type": "cites",
}
PROLOGUE = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {
        **PREFIXES,
        "set": f"{PREFIXES['id']}mapping/",
        "claim": f"{PREFIXES['id']}mapping/fictief/",
    }.items()
)

Read = Callable[..., list[Triple]]


def text(*lines: dict[str, str], head: str = HEAD, columns: list[str] | None = None) -> str:
    """A file with this header and these lines, each given by what differs from the line above."""
    columns = columns or list(LINE)
    rows = ["\t".join({**LINE, **line}[c] for c in columns) for line in lines]
    return "".join(f"#{line}\n" for line in head.splitlines()) + "\n".join(["\t".join(columns), *rows]) + "\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(content: str | bytes) -> list[Triple]:
        path = tmp_path / "fictief.sssom.tsv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return sssom.read(path, NAME)

    return read


def triples(content: str) -> set[Triple]:
    return {quad.triple for quad in parse((PROLOGUE + content).encode(), format=RdfFormat.TURTLE)}


def about(subject: str, found: list[Triple]) -> set[Triple]:
    return {t for t in found if t.subject == NamedNode(subject)}


def test_a_claim_says_what_its_columns_say(read: Read) -> None:
    assert about(f"{PREFIXES['id']}mapping/fictief/7", read(text({}))) == triples("""
        claim:7 a b:MappingClaim ; b:inMappingSet set:fictief ; rdfs:label "Wet art. 21(2) → Norm 5.1" ;
            sssom:subject_id <https://w3id.org/bio2kg/id/wet/2030/21.2> ; sssom:subject_label "Wet art. 21(2)" ;
            sssom:predicate_id skos:relatedMatch ;
            sssom:object_id <https://w3id.org/bio2kg/id/norm/2030/5.1> ; sssom:object_label "Norm 5.1" ;
            sssom:mapping_justification semapv:ManualMappingCuration ;
            sssom:author_id <https://w3id.org/bio2kg/id/organisation/bureau> ;
            sssom:mapping_date "2026-01-09"^^xsd:date ; sssom:confidence 0.7 ; rdfs:comment "Zie \\"bijlage\\": 1, a." ;
            dcterms:source <https://w3id.org/bio2kg/id/source/boek> ;
            b:furtherSource <https://w3id.org/bio2kg/id/source/blad> , <https://w3id.org/bio2kg/id/source/krant> ;
            b:setRelation <https://w3id.org/bio2kg/id/set-relation/intersects-with> ;
            b:claimStatus <https://w3id.org/bio2kg/id/claim-status/third-party> ;
            b:disputed true ; b:linkType "cites" .
    """)


def test_a_bar_separates_values_but_is_a_character_in_a_text(read: Read) -> None:
    found = read(text({"comment": "a | b", "author_id": "organisation:een|organisation:twee"}))
    assert about(f"{PREFIXES['id']}mapping/fictief/7", found) >= triples("""
        claim:7 rdfs:comment "a | b" ; sssom:author_id <https://w3id.org/bio2kg/id/organisation/een> ,
            <https://w3id.org/bio2kg/id/organisation/twee> .
    """)
    assert sum(t.predicate.value == f"{PREFIXES['rdfs']}comment" for t in found) == 1


def test_an_empty_cell_says_nothing(read: Read) -> None:
    empty = dict.fromkeys(("subject_label", "author_id", "mapping_date", "comment", "set_relation", "disputed"), "")
    found = read(text({**empty, "further_source": " ", "link_type": ""}))
    assert about(f"{PREFIXES['id']}mapping/fictief/7", found) == triples("""
        claim:7 a b:MappingClaim ; b:inMappingSet set:fictief ; sssom:object_label "Norm 5.1" ;
            sssom:subject_id <https://w3id.org/bio2kg/id/wet/2030/21.2> ; sssom:predicate_id skos:relatedMatch ;
            sssom:object_id <https://w3id.org/bio2kg/id/norm/2030/5.1> ; sssom:confidence 0.7 ;
            sssom:mapping_justification semapv:ManualMappingCuration ;
            dcterms:source <https://w3id.org/bio2kg/id/source/boek> ;
            b:claimStatus <https://w3id.org/bio2kg/id/claim-status/third-party> .
    """)


def test_the_set_and_its_graph_are_described(read: Read) -> None:
    found = read(text({}))
    licence = "dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;"
    common = f"""{licence} dcterms:title "Fictitious"@en , "Verzonnen"@nl ; dcterms:description "Of no use."@en ;
        dcterms:source <https://w3id.org/bio2kg/id/source/boek> , <https://w3id.org/bio2kg/id/source/blad>"""
    assert about(f"{PREFIXES['id']}mapping/fictief", found) == triples(f"""
        set:fictief a b:MappingSet ; {common} ; dcat:version "1.0.0" ; dcterms:issued "2026-11-21"^^xsd:date ;
            dcterms:creator <https://w3id.org/bio2kg/id/organisation/redactie> .
    """)
    assert about(f"{PREFIXES['graph']}mapping/fictief", found) == triples(f"""
        <https://w3id.org/bio2kg/graph/mapping/fictief> a b:Graph ; {common} ; b:mappingSet set:fictief ;
            b:rightsNote "Numbers only."@en , "Alleen nummers."@nl .
    """)


@pytest.mark.parametrize("kind", ["exact", "close", "broad", "narrow", "related"])
def test_a_mapping_relation_of_skos_is_stated_too(read: Read, kind: str) -> None:
    found = read(text({"predicate_id": f"skos:{kind}Match"}))
    assert about("https://w3id.org/bio2kg/id/wet/2030/21.2", found) == triples(
        f"<https://w3id.org/bio2kg/id/wet/2030/21.2> skos:{kind}Match <https://w3id.org/bio2kg/id/norm/2030/5.1> ."
    )


@pytest.mark.parametrize("predicate", ["b:disputedMatch", "dcterms:relation", "skos:broader", "skos:mappingRelation"])
def test_another_relation_is_claimed_only(read: Read, predicate: str) -> None:
    found = read(text({"predicate_id": predicate}))
    assert about("https://w3id.org/bio2kg/id/wet/2030/21.2", found) == set()
    assert {t.predicate.value for t in about(f"{PREFIXES['id']}mapping/fictief/7", found)} >= {
        f"{PREFIXES['sssom']}predicate_id"
    }


@pytest.mark.parametrize("confidence", ["0", "0.0", "0.35", "1", "1.0"])
def test_a_confidence_from_0_to_1_keeps_its_form(read: Read, confidence: str) -> None:
    literal = Literal(confidence, datatype=NamedNode(f"{PREFIXES['xsd']}decimal"))
    assert literal in {t.object for t in read(text({"confidence": confidence}))}


FIRST = len(HEAD.splitlines()) + 1  # the line with the names of the columns; the claims follow it


@pytest.mark.parametrize(
    "column", ["record_id", "subject_id", "predicate_id", "object_id", "confidence", "claim_status"]
)
def test_a_column_that_is_missing_is_named(read: Read, column: str) -> None:
    with pytest.raises(InputError, match=f"{column}") as raised:
        read(text({}, columns=[c for c in LINE if c != column]))
    assert raised.value.where == f"{NAME}:{FIRST}"
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"subject_id": "gemeente:1"}, "“gemeente:1” has no prefix"),
        ({"object_id": "5.1"}, "“5.1” has no prefix"),
        ({"predicate_id": ""}, "has no prefix"),
        ({"predicate_id": "relatedMatch"}, "“relatedMatch” has no prefix"),
        ({"record_id": "8"}, "“8” has no prefix"),
        ({"author_id": "wie:ook"}, "“wie:ook” has no prefix"),
        ({"mapping_source": "boek"}, "“boek” has no prefix"),
        ({"object_id": "norm:2030/5.1 en 5.2"}, "norm:2030/5.1 en 5.2"),
        ({"subject_id": "https://example.org/a b"}, "https://example.org/a b"),
        ({"claim_status": "own judgement"}, "own judgement"),
        ({"confidence": "0,7"}, "“0,7” is not a number from 0 to 1"),
        ({"confidence": "1.1"}, "“1.1” is not a number from 0 to 1"),
        ({"confidence": "-0.1"}, "“-0.1” is not a number from 0 to 1"),
        ({"confidence": "7 jan"}, "“7 jan” is not a number from 0 to 1"),
        ({"mapping_date": "9-1-2026"}, "9-1-2026"),
        ({"disputed": "WAAR"}, "WAAR"),
        ({"record_id": "mapping:fictief/7", "comment": "de tweede keer"}, "fictief/7 is used twice"),
        ({"comment": "een\ttab"}, "another number of cells"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_with_file_and_line(
    read: Read, broken: dict[str, str], message: str
) -> None:
    """The broken line is the third claim, so the third below the names of the columns."""
    good = [{}, {"record_id": "mapping:fictief/9"}]
    with pytest.raises(InputError) as raised:
        read(text(*good, {"record_id": "mapping:fictief/10", **broken}))
    assert message in raised.value.what
    assert raised.value.where == f"{NAME}:{FIRST + 3}"
    assert raised.value.remedy


def test_a_line_with_too_few_cells_is_named(read: Read) -> None:
    with pytest.raises(InputError, match="another number of cells") as raised:
        read(text({}) + "mapping:fictief/8\twet:2030/21.2\n")
    assert raised.value.where == f"{NAME}:{FIRST + 2}"


def test_an_empty_line_does_not_shift_the_line_that_is_named(read: Read) -> None:
    lines = text({}, {"record_id": "mapping:fictief/8", "confidence": "0,7"}).splitlines()
    lines.insert(FIRST + 1, "")
    with pytest.raises(InputError) as raised:
        read("\n".join(lines))
    assert raised.value.where == f"{NAME}:{FIRST + 3}"


def test_a_column_that_nobody_declared_is_named(read: Read) -> None:
    content = text({}).replace("\tlink_type\n", "\tsoort\n")
    with pytest.raises(InputError, match="the column soort is not known") as raised:
        read(content)
    assert raised.value.where == f"{NAME}:{FIRST + 1}"


@pytest.mark.parametrize(
    ("head", "line", "message"),
    [
        ("curie_map:\n  b: [1\nlicense: x\n", 3, "the header is not YAML"),
        ('curie_map:\n\tb: "x"\n', 2, "the header is not YAML"),
        ("- a\n- b\n", 1, "lacks mapping_set_id or curie_map"),
        (HEAD.replace("mapping_set_id", "set_id"), 1, "lacks mapping_set_id or curie_map"),
        (HEAD.replace("curie_map", "prefixes"), 1, "lacks mapping_set_id or curie_map"),
        (HEAD.replace("source:boek", "bron:boek", 1), 1, "“bron:boek” has no prefix"),
        (HEAD.replace("property: b:disputed", "property: disputed"), 1, "“disputed” has no prefix"),
        (
            HEAD.replace("mapping_set_id: https://w3id.org/bio2kg/id/mapping/fictief", "mapping_set_id: fictief"),
            1,
            "“fictief” has no prefix",
        ),
        (HEAD.replace("    property: b:linkType\n", ""), 1, "extension_definitions"),
        ("curie_map: {}\nmapping_set_id: http://x/y\nextension_definitions: none", 1, "extension_definitions"),
        ("curie_map: {}\nmapping_set_id: http://x/y\nextension_definitions: [none]", 1, "extension_definitions"),
        (HEAD.replace('b: "https://w3id.org/bio2kg/def#"', "b: 7"), 1, "“b:claimStatus” makes no IRI"),
    ],
    ids=lambda v: v if isinstance(v, str) and "\n" not in v else None,
)
def test_a_header_that_cannot_be_read_is_named_with_file_and_line(
    read: Read, head: str, line: int, message: str
) -> None:
    with pytest.raises(InputError) as raised:
        read(text({}, head=head))
    assert message in raised.value.what
    assert raised.value.where == f"{NAME}:{line}"
    assert raised.value.remedy


@pytest.mark.parametrize("content", ["", "\n", "record_id\tsubject_id\n", "een gewone tekst\n"])
def test_a_file_without_a_header_is_refused(read: Read, content: str) -> None:
    with pytest.raises(InputError, match="lacks mapping_set_id or curie_map") as raised:
        read(content)
    assert raised.value.where == f"{NAME}:1"


def test_a_header_without_a_table_is_refused(read: Read) -> None:
    with pytest.raises(InputError, match="the table lacks the column") as raised:
        read("".join(f"#{line}\n" for line in HEAD.splitlines()))
    assert raised.value.where == f"{NAME}:{FIRST}"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_refused(read: Read, encoding: str) -> None:
    with pytest.raises(InputError, match="not UTF-8") as raised:
        read(text({"comment": "één"}).encode(encoding))
    assert raised.value.where.startswith(NAME)
    assert raised.value.remedy == "Save it as UTF-8 text."


def test_the_mark_that_spreadsheets_put_before_utf_8_is_no_part_of_the_text(read: Read) -> None:
    assert set(read(b"\xef\xbb\xbf" + text({}).encode())) == set(read(text({})))


def test_lines_may_end_as_on_windows(read: Read) -> None:
    assert set(read(text({}).replace("\n", "\r\n"))) == set(read(text({})))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_set_of_the_project_reads_with_a_claim_for_each_line(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found = sssom.read(path, path.name)
    claims = [t.subject for t in found if t.object == NamedNode(str(B.MappingClaim))]
    assert len(set(claims)) == len(claims) == len(lines) - 1
    (mapping_set,) = {t.subject.value for t in found if t.object == NamedNode(str(B.MappingSet))}
    assert mapping_set == f"{PREFIXES['id']}mapping/{path.name.removesuffix('.sssom.tsv')}"


@pytest.mark.parametrize(
    ("name", "table", "keep"),
    [
        ("iso27002-2013-2022", "iso27002_2013_2022", lambda row: True),
        ("nis2-iso27002", "nis2_iso27002_mapping", lambda row: True),
        ("ir2690-iso", "nis2_2690_iso_mapping", lambda row: True),
        ("bio104-bio2", "bio104_bio2_mapping", lambda row: True),
        ("nis2-cbw", "nis2_cbw_mapping", lambda row: not row["cbw_ref"].startswith("Cbb")),
        ("cbw-cbb", "nis2_cbw_mapping", lambda row: row["cbw_ref"].startswith("Cbb")),
    ],
)
def test_a_set_has_a_claim_for_each_row_of_the_reference_facts(
    shared: Path, name: str, table: str, keep: Callable[[dict[str, str]], bool]
) -> None:
    with (shared / "reference" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if keep(row)]
    found = sssom.read(ROOT / "data" / "mappings" / f"{name}.sssom.tsv", name)
    assert sum(t.object == NamedNode(str(B.MappingClaim)) for t in found) == len(rows)
