"""Who publishes: a steward's file puts an organisation in the place of the editors, and nothing else changes."""

from pathlib import Path

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import turtle
from bio2kg.catalogue import publisher
from bio2kg.catalogue.stated import term
from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from tests.conftest import ROOT
from tests.test_docs import HOW_TO

GIVEN = {"publisher": "gm0363", "name": "Gemeente Amsterdam", "contact": {"url": "https://www.amsterdam.nl/contact"}}
AMSTERDAM = NamedNode("https://identifier.overheid.nl/tooi/id/gemeente/gm0363")


def read(folder: Path, **changed: object) -> publisher.Publisher:
    path = folder / publisher.FILE
    path.write_text(yaml.safe_dump({k: v for k, v in {**GIVEN, **changed}.items() if v is not None}), encoding="utf-8")
    found = publisher.read(path)
    assert found
    return found


@pytest.fixture
def stated() -> set[Triple]:
    return set(turtle.read(ROOT / "data" / "catalogue" / "catalogue.ttl"))


def test_publisher_and_contact_point_are_replaced_everywhere(tmp_path: Path, stated: set[Triple]) -> None:
    found = set(read(tmp_path).applied(stated))
    contact = NamedNode(f"{ID}contact/publisher")
    for curie, value in (("dcterms:publisher", AMSTERDAM), ("dcat:contactPoint", contact)):
        before = {t.subject for t in stated if t.predicate == term(curie)}
        assert len(before) == 4
        assert {(t.subject, t.object) for t in found if t.predicate == term(curie)} == {(s, value) for s in before}
    assert Triple(AMSTERDAM, term("foaf:name"), Literal("Gemeente Amsterdam")) in found
    assert {(t.predicate, t.object) for t in found if t.subject == contact} == {
        (term("rdf:type"), term("vcard:Organization")),
        (term("vcard:fn"), Literal("Gemeente Amsterdam")),
        (term("vcard:hasURL"), NamedNode("https://www.amsterdam.nl/contact")),
    }
    # The makers, titles and licences are those they were.
    changed = {term("dcterms:publisher"), term("dcat:contactPoint")}
    kept = {t for t in stated if t.predicate not in changed and t.subject != NamedNode(f"{ID}contact/bio2kg")}
    assert kept <= found


def test_names_come_in_the_languages_given(tmp_path: Path) -> None:
    contact = {"name": {"nl": "Team", "en": "The team"}, "email": "team@example.nl"}
    found = set(read(tmp_path, name={"nl": "Gemeente", "en": "Municipality"}, contact=contact).applied([]))
    names = {t.object for t in found if t.predicate == term("foaf:name")}
    assert names == {Literal("Gemeente", language="nl"), Literal("Municipality", language="en")}
    assert {t.object for t in found if t.predicate == term("vcard:hasEmail")} == {NamedNode("mailto:team@example.nl")}
    assert {t.object.value for t in found if t.predicate == term("vcard:fn")} == {"Team", "The team"}


@pytest.mark.parametrize(
    ("given", "iri"),
    [
        ("gm0363", AMSTERDAM.value),
        ("GM0363", AMSTERDAM.value),
        (AMSTERDAM.value, AMSTERDAM.value),
        ("mnre1034", "https://identifier.overheid.nl/tooi/id/ministerie/mnre1034"),
        ("https://identifier.overheid.nl/tooi/id/caribischopenbaarlichaam/ob9001", None),
        ("https://example.org/us", None),
    ],
)
def test_an_identifier_is_of_tooi_or_of_ones_own(tmp_path: Path, given: str, iri: str | None) -> None:
    assert read(tmp_path, publisher=given).iri.value == (iri or given)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"publisher": None}, "no code of an organisation"),
        ({"publisher": "Amsterdam"}, "no code of an organisation"),
        ({"publisher": "https://identifier.overheid.nl/tooi/id/ministerie/gm0363"}, "form of TOOI"),
        ({"publisher": "https://identifier.overheid.nl/tooi/id/gemeente/"}, "form of TOOI"),
        ({"publisher": "https://identifier.overheid.nl/tooi/id/gemeente/Amsterdam"}, "form of TOOI"),
        ({"name": None}, "name must be a text"),
        ({"name": {"fr": "Ville"}}, "name must be a text"),
        ({"name": {"nl": ""}}, "name must be a text"),
        ({"name": 3}, "name must be a text"),
        ({"contact": None}, "contact must hold"),
        ({"contact": "mail us"}, "contact must hold"),
        ({"contact": {"name": "Team"}}, "no url and no email"),
        ({"contact": {"url": "amsterdam.nl"}}, "no web address"),
        ({"contact": {"url": "https://a b"}}, "no web address"),
        ({"contact": {"url": "javascript:alert(1)"}}, "no web address"),
        ({"contact": {"email": "team"}}, "no e-mail address"),
        ({"contact": {"email": "a@b.nl?cc=x"}}, "no e-mail address"),
        ({"homepage": "x"}, "“homepage” is not known"),
    ],
)
def test_what_is_not_right_is_said_with_file_and_remedy(
    tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, **changed)
    assert reason in error.value.what
    assert error.value.where == str(tmp_path / publisher.FILE)
    assert error.value.remedy


@pytest.mark.parametrize("text", ["", "- a", "x: [", "\t", "publisher: {", "12"])
def test_a_file_that_is_no_description_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / publisher.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        publisher.read(tmp_path / publisher.FILE)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / publisher.FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError):
        publisher.read(tmp_path / publisher.FILE)


def test_without_a_file_nothing_is_replaced(tmp_path: Path) -> None:
    assert publisher.read(tmp_path / publisher.FILE) is None


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    page = (HOW_TO / "publish-a-catalogue.md").read_text(encoding="utf-8")
    path = tmp_path / publisher.FILE
    path.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    found = publisher.read(path)
    assert found
    assert found.iri == AMSTERDAM
