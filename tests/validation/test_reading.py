"""Reading what somebody sends: every form gives the same, and what cannot be used is said with place and remedy."""

import json
import random
from collections.abc import Callable
from datetime import date

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from bio2kg.convert import to_rdflib
from bio2kg.errors import InputError, TooLargeError, UnsupportedMediaTypeError
from bio2kg.namespaces import ID, PREFIXES
from bio2kg.store import EmbeddedStore
from bio2kg.validation import reading
from bio2kg.validation.reports import FORMS
from bio2kg.validation.service import Session

PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + f"PREFIX ex: <{ID}example/>\n"
# A small assessment with blank nodes of every sort: alone, shared, nested, and twice the same.
ASSESSMENT = f"""{PROLOGUE}
ex:it a b:Assessment ;
    b:organisation <https://identifier.overheid.nl/tooi/id/gemeente/gm0218> ;
    b:usesEdition <{ID}bio2/1.3> ;
    b:periodStart "2026-01-01"^^xsd:date ; b:periodEnd "2026-05-31"^^xsd:date ;
    b:hasApproval [ a b:Approval ; b:approvedBy [ a b:Party ; foaf:name "Het college"@nl ] ] .
ex:measure a b:ControlAssessment ; b:inAssessment ex:it ; b:concerns <{ID}bio2/1.3/5.01.02> .
[] a b:Finding ; b:ofControlAssessment ex:measure ; b:aspect <{ID}aspect/opzet> ; b:result <{ID}finding-result/conform> ;
    b:supportedBy [ a b:Evidence ; b:inAssessment ex:it ; dcterms:title "Beleid \\"2026\\" & meer <3"@nl ] .
[] a b:Finding ; b:ofControlAssessment ex:measure ; b:aspect <{ID}aspect/werking> ;
    b:result <{ID}finding-result/not-conform> .
[] a b:Evidence ; b:inAssessment ex:it . [] a b:Evidence ; b:inAssessment ex:it .
"""


@pytest.fixture(scope="module")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


def turtle(text: str) -> bytes:
    return (PROLOGUE + text).encode()


# Line 1 is where each starts, so that the places can be counted.
BAD: dict[str, tuple[str, bytes, list[str]]] = {
    "empty": ("a.ttl", b"", ["a.ttl: the file is empty", "Give the assessment"]),
    "whitespace": ("a.ttl", b" \n\t\r\n", ["a.ttl: the file is empty"]),
    "empty workbook": ("a.xlsx", b"", ["a.xlsx: the file is empty"]),
    "no RDF": ("a.ttl", b"Geachte heer, mevrouw,", ["a.ttl:1:", "not valid Turtle", "Correct"]),
    "a picture": ("a.ttl", b"\x89PNG\r\n\x1a\n\x00\x00", ["a.ttl: not UTF-8 at byte 0", "Save the file as UTF-8"]),
    "Turtle": ("a.ttl", b"<http://x/a> <http://x/b>\n  oeps .", ["a.ttl:2:3:", "not valid Turtle", "Correct"]),
    "TriG": ("a.trig", b"<http://x/g> {\n<http://x/a> . }", ["a.trig:2:", "not valid TriG"]),
    "N-Triples": (
        "a.nt", b"<http://x/a> <http://x/b> <http://x/c> .\n<http://x/a> oeps .", ["a.nt:2:", "not valid N-Triples"],
    ),
    "N-Quads": ("a.nq", b"<http://x/a> oeps .", ["a.nq:1:", "not valid N-Quads"]),
    "JSON-LD": ("a.jsonld", b'{"@id": "http://x/a",\n "http://x/b": oeps}', ["a.jsonld:2:", "not valid JSON-LD"]),
    # The parser of XML does not say where.
    "RDF/XML": (
        "a.rdf",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description></rdf:RDF>',
        ["a.rdf: not valid RDF/XML", "Correct"],
    ),
    "suffix": ("a.docx", b"PK", ["a.docx: files of this kind are not read", ".ttl", ".xlsx"]),
    "no suffix": ("beoordeling", b"x", ["beoordeling: files of this kind are not read"]),
    "Turtle as JSON-LD": ("a.json", turtle("ex:a a b:Assessment ."), ["a.json:1:", "not valid JSON-LD"]),
    "Latin-1": ("a.ttl", "# é".encode("latin-1"), ["a.ttl: not UTF-8 at byte 2", "Save the file as UTF-8"]),
    "UTF-16": ("a.ttl", "ex:a".encode("utf-16"), ["a.ttl: not UTF-8 at byte 0"]),
    "other RDF": ("a.ttl", b"<http://x/a> a <http://x/B> .", ["a.ttl: there is no assessment", "#Assessment>"]),
    "a comment": ("a.ttl", b"# alleen een opmerking", ["a.ttl: there is no assessment"]),
    "edition": (
        "a.ttl", turtle(f"ex:a a b:Assessment ; b:usesEdition <{ID}bio2/9.9> ."),
        [f"a.ttl: the edition <{ID}bio2/9.9> is not known", "bio2/1.2, bio2/1.3", "iso27002/2022"],
    ),
    "organisation": (
        "a.ttl", turtle("ex:a a b:Assessment ; b:organisation ex:onbekend ."),
        [f"a.ttl: the organisation <{ID}example/onbekend> is not known", "TOOI", "foaf:name"],
    ),
    "an organisation of no register": (
        "a.ttl", turtle("ex:a a b:Assessment ; b:organisation <https://identifier.overheid.nl/tooi/id/> ."),
        ["is not known", "TOOI"],
    ),
    "an organisation as text": (
        "a.ttl", turtle("ex:a a b:Assessment ; b:organisation 'gm0218' ."), ["is not known", "TOOI"],
    ),
    "remote context": (
        "a.jsonld", b'{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "http://x/a"}',
        ["a.jsonld: its @context stands elsewhere", "nothing is fetched", "in the file itself"],
    ),
    "imported context": (
        "a.jsonld", b'{"@context": {"@import": "http://127.0.0.1:9/c.jsonld"}, "@id": "http://x/a"}',
        ["nothing is fetched"],
    ),
    "entities that grow": (
        "a.rdf",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://x/">'
        b'<rdf:Description rdf:about="http://x/a"><d:x>&b;</d:x></rdf:Description></rdf:RDF>',
        ["a.rdf: entities in XML are not read", "in full"],
    ),
    "an entity from a file": (
        "a.rdf", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', ["entities in XML are not read"],
    ),
    "deep JSON": (
        "a.jsonld", b"\n" + b"[" * 100_000 + b"]" * 100_000, ["a.jsonld:2: nested deeper than 200 levels", "@id"],
    ),
    "deep objects": ("a.json", b'{"http://x/a":' * 20_000 + b"1" + b"}" * 20_000, ["nested deeper"]),
    "RDF 1.2": (
        "a.ttl", b"<http://x/a> <http://x/b> <<( <http://x/a> <http://x/b> 1 )>> .", ["statements about statements"],
    ),
    "no workbook": ("a.xlsx", b"niets", ["a.xlsx"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_with_place_and_remedy(session: Session, case: str) -> None:
    name, content, expected = BAD[case]
    with pytest.raises(InputError) as error:
        session.read(content, name)
    assert error.value.exit_code == 2
    for part in expected:
        assert part in str(error.value)
    assert error.value.remedy or error.value.where.count(":"), "it says what to do, or the very place"


def test_a_file_of_more_than_20_mb_is_refused_before_it_is_parsed(session: Session) -> None:
    assert reading.LARGEST == 20 * 1024 * 1024
    for name in ("a.ttl", "a.xlsx"):
        with pytest.raises(TooLargeError, match=r"more than the 20 MB"):
            session.read(b"x" * (reading.LARGEST + 1), name)


def test_an_unknown_kind_of_file_has_its_own_problem_type() -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        reading.form_of("a.pdf")


def test_brackets_within_texts_are_not_nesting(session: Session) -> None:
    text = json.dumps({"@id": "http://x/a", "http://x/b": '["\\' + "[{" * 1000})
    assert len(reading.triples(text.encode(), "a.jsonld")) == 1


def test_every_media_type_has_a_suffix_that_is_read() -> None:
    assert {reading.form_of(f"x{suffix}") for suffix in reading.MEDIA_TYPES.values()} == {
        ".ttl", ".jsonld", ".nt", ".nq", ".trig", ".rdf", ".xlsx", ".csv",
    }  # fmt: skip
    assert [reading.form_of(name) for name in ("A.TTL", "x.json", "x.xml", "x.owl", "map.v2/x.rdf")] == [
        ".ttl", ".jsonld", ".rdf", ".rdf", ".rdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("b:organisation <https://identifier.overheid.nl/tooi/id/gemeente/gm0218>", True),
        ("b:organisation ex:stad . ex:stad foaf:name 'Voorbeeldstad'", True),
        ("b:organisation [ foaf:name 'Voorbeeldstad' ]", True),
        ("b:organisation [ dcterms:title 'Voorbeeldstad' ]", False),
    ],
)
def test_an_organisation_has_a_tooi_identifier_or_a_name(session: Session, said: str, kept: bool) -> None:
    content = turtle(f"ex:a a b:Assessment ; {said} .")
    if kept:
        assert session.read(content, "a.ttl").triples
    else:
        with pytest.raises(InputError, match=r"organisation .* is not known"):
            session.read(content, "a.ttl")


def test_a_statement_of_applicability_alone_is_an_input(session: Session) -> None:
    assert session.read(turtle("ex:a a b:StatementOfApplicability ."), "a.ttl").triples


def test_a_byte_order_mark_is_no_part_of_the_text(session: Session) -> None:
    assert session.read(b"\xef\xbb\xbf" + turtle("ex:a a b:Assessment ."), "a.ttl").triples


def test_an_unknown_term_of_ours_gives_a_notice_with_the_nearest(session: Session) -> None:
    given = session.read(
        turtle(
            "ex:a a b:Assessment ; b:completdOn '2026-01-01'^^xsd:date . ex:b a b:Evidense ; b:xyzzy 1 ."
            "ex:c b:completdOn 2 ; <http://x/eigen> 3 ."
        ),
        "a.ttl",
    )
    assert [notice["nl"] for notice in given.notices] == [
        "b:Evidense bestaat niet in de vocabulaire (1×) en telt niet mee. Bedoeld is misschien b:Evidence.",
        "b:completdOn bestaat niet in de vocabulaire (2×) en telt niet mee. Bedoeld is misschien b:completedOn.",
        "b:xyzzy bestaat niet in de vocabulaire (1×) en telt niet mee.",
    ]
    assert all("is not in the vocabulary" in notice["en"] for notice in given.notices)


def test_the_vocabulary_itself_gives_no_notice(session: Session) -> None:
    assert session.read(ASSESSMENT.encode(), "a.ttl").notices == []


def as_nodes(triples: list[Triple]) -> set[str]:
    return {str(t) for t in triples}


def test_blank_nodes_get_the_same_names_in_whatever_order_they_stand(session: Session) -> None:
    stated = parsed(ASSESSMENT)
    expected = as_nodes(reading.named(stated))
    assert not any("_:" in text for text in expected)
    assert len(expected) == len(stated)
    for seed in range(10):
        shuffled = relabelled(stated, random.Random(seed))
        assert as_nodes(reading.named(shuffled)) == expected


def test_what_is_said_twice_in_the_same_words_stays_joined_to_its_own() -> None:
    """Two chains of blank nodes that say the same: neither may end up with half of the other."""
    chain = "[] <http://x/p> [ <http://x/p> [ <http://x/p> [ <http://x/p> 1 ] ] ] . "
    stated = parsed(chain * 2)
    expected = as_nodes(reading.named(stated))
    for seed in range(20):
        shuffled = relabelled(stated, random.Random(seed))
        assert as_nodes(reading.named(shuffled)) == expected


def test_a_name_does_not_depend_on_what_stands_elsewhere() -> None:
    alone = as_nodes(reading.named(parsed("[] <http://x/p> [ <http://x/q> 1 ] .")))
    more = as_nodes(
        reading.named(parsed("[] <http://x/p> [ <http://x/q> 1 ] . [] <http://x/p> 2 . <http://x/a> a 3 ."))
    )
    assert alone <= more


def parsed(text: str) -> list[Triple]:
    return [q.triple for q in parse(text, format=RdfFormat.TURTLE)]


def relabelled(triples: list[Triple], chance: random.Random) -> list[Triple]:
    """The same graph in another order, with other labels."""
    labels: dict[BlankNode, BlankNode] = {}

    def label(term: object) -> object:
        return (
            labels.setdefault(term, BlankNode(f"b{chance.randrange(10**9)}")) if isinstance(term, BlankNode) else term
        )

    shuffled = list(triples)
    chance.shuffle(shuffled)
    return [Triple(label(t.subject), t.predicate, label(t.object)) for t in shuffled]  # type: ignore[arg-type]


WRITERS: dict[str, Callable[[list[Triple]], bytes]] = {
    "a.ttl": lambda triples: serialize(triples, format=RdfFormat.TURTLE) or b"",
    "a.nt": lambda triples: serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
    "a.jsonld": lambda triples: serialize([quad(t) for t in triples], format=RdfFormat.JSON_LD) or b"",
    "a.rdf": lambda triples: serialize(triples, format=RdfFormat.RDF_XML) or b"",
    "a.trig": lambda triples: serialize([quad(t) for t in triples], format=RdfFormat.TRIG) or b"",
    "rdflib.json": lambda triples: to_rdflib(triples).serialize(format="json-ld").encode(),
    "rdflib.xml": lambda triples: to_rdflib(triples).serialize(format="xml").encode(),
}


def quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, NamedNode(f"{ID}example/graph"))


def test_every_form_of_rdf_gives_the_same_findings_and_fingerprints(session: Session) -> None:
    stated = parsed(ASSESSMENT)
    reports = {}
    for name, write in WRITERS.items():
        verdict = session.validate(session.read(write(stated), name), profile="public", as_of=date(2026, 7, 1))
        reports[name] = FORMS["json"].write(verdict, session.names, "nl")
    assert len(json.loads(reports["a.ttl"])["groups"]) > 10
    assert {name for name, report in reports.items() if report != reports["a.ttl"]} == set()
