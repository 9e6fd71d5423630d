"""The one layout of our Turtle files."""

from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse

from bio2kg import turtle
from bio2kg.errors import InputError

PREFIXES = "@prefix b: <https://w3id.org/bio2kg/def#> . @prefix : <https://w3id.org/bio2kg/id/bio2/1.3/> .\n"


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE)]


def same(one: list[Triple], other: list[Triple]) -> bool:
    def canonical(items: list[Triple]) -> Dataset:
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in items)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return dataset

    return canonical(one) == canonical(other)


@pytest.mark.parametrize(
    "text",
    [
        ':5.01.01 a b:X ; b:p "a\\nb \\"c\\" \\\\"@nl , "d"@en , "e" .',
        ':5.01.01 b:p 1 , 1.5 , true , 1e3 , "2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .',
        ':5.01.01 b:p "a\\n\\"" , "\\n\\"\\"\\"\\"b\\"\\"" , "\\r\\n\\\\" , "x\\n\\t\\\\n\\\\\\""@nl .',
        ":5.01.01 b:p ( 1 [ b:q ( ) ] ( 2 ) ) .",
        ":5.01.01 b:p [ b:q [ b:r 1 ] ] .",
        "_:a b:p _:b . _:b b:p _:a .",
        "_:a b:p _:a .",
        "_:a b:p 1 . :x b:q _:a . :y b:q _:a .",
        "[] b:p ( 1 2 ) .",
        ":x b:p <http://example.org/a?b=c&d#e> , <https://w3id.org/bio2kg/id/bio2/1.3> , <https://w3id.org/bio2kg/id/a:b/c> .",
        "<https://w3id.org/bio2kg/id/bio2/1.3/5.01.> b:p 1 .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . :x b:p [ rdf:first 1 ; rdf:rest [ rdf:first 2 ] ] .",
    ],
)
def test_what_is_written_reads_back_as_the_same_graph_and_is_stable(text: str, tmp_path: Path) -> None:
    given = triples(text)
    written = turtle.write(given)
    path = tmp_path / "x.ttl"
    path.write_text(written, encoding="utf-8")
    assert same(turtle.read(path), given)
    assert turtle.write(turtle.read(path)) == written
    assert turtle.write(reversed(given)) == written


def test_numbers_sort_by_value_types_first_and_dutch_before_english() -> None:
    written = turtle.write(triples(':5.10.01 b:p 1 . :5.2.01 a b:X ; b:p "x"@en , "y"@nl .'))
    assert written.index("5.2.01") < written.index("5.10.01")
    assert written.index("a b:X") < written.index("b:p")
    assert written.index('"y"@nl') < written.index('"x"@en')


def test_a_folder_of_ids_becomes_a_prefix() -> None:
    written = turtle.write(triples(":5.01.01 b:p <https://w3id.org/bio2kg/id/status/active> ."))
    assert "@prefix bio2-1.3: <https://w3id.org/bio2kg/id/bio2/1.3/> ." in written
    assert "bio2-1.3:5.01.01" in written
    assert "status:active" in written


def test_a_comment_at_the_top_is_kept() -> None:
    assert turtle.header("# one\n# two\n\n@prefix a: <b:> . # three\n") == "# one\n# two"
    assert turtle.write(triples(":x b:p 1 ."), "# one").startswith("# one\n\n@prefix")


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix a: <http://a/> .\na:b a:c a:d\na:e a:f a:g .\n")
    with pytest.raises(InputError, match=r"broken\.ttl:3: not valid Turtle"):
        turtle.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.ttl: there is no such file"):
        turtle.read(tmp_path / "nowhere.ttl")


def test_a_label_of_a_blank_node_belongs_to_its_file_alone(tmp_path: Path) -> None:
    nodes = set()
    for name in ("one.ttl", "other.ttl"):
        (tmp_path / name).write_text("_:a <http://example.org/p> 1 .")
        nodes |= {t.subject for t in turtle.read(tmp_path / name)}
    assert len(nodes) == 2
