"""`ingest`: the publisher's text as named graphs, and how it differs from what the project already states."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from bio2kg import paths, turtle
from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES, B, framework_graph
from bio2kg.reader import markdown, wording
from bio2kg.reader.measures import Account, Measure, Part2, read_measures
from bio2kg.reader.publication import INTRODUCTION, MEASURES, Publication
from bio2kg.reader.statements import Statement, read_statements, stated_edition

_RDF, _SKOS, _DCTERMS, _FOAF, _XSD = (PREFIXES[p] for p in ("rdf", "skos", "dcterms", "foaf", "xsd"))
_TYPE = NamedNode(f"{_RDF}type")


@dataclass
class Reading:
    """One revision of the publisher's text, read."""

    publication: Publication
    edition: str
    edition_from: str
    part2: Part2
    statements: list[Statement]
    differences: list[str] = field(default_factory=list)
    known: bool = False

    @property
    def account(self) -> Account:
        """What became of every heading and block."""
        return self.part2.account

    def statuses(self) -> Counter[str]:
        """How many measures have which status."""
        return Counter(m.status or "unknown" for m in self.part2.measures)


def read(publication: Publication, edition: str | None = None, root: Path | None = None) -> Reading:
    """Reads the measures and the statements about the edition.

    Raises InputError if the text holds no measure at all, or if neither the documents nor ``edition`` name the edition.
    """
    root = root or paths.files()
    document = markdown.parse(publication.name(MEASURES), publication.texts[MEASURES])
    part2 = read_measures(document, word_forms(root, "category"))
    if not part2.measures:
        raise InputError(
            "no heading with a measure number (## 5.01.01) was found: not a generation of the text that can be read",
            where=document.name,
            remedy="Check that this is part 2 of BIO2.",
        )
    own = read_statements(document, part2.preamble)
    introduction: list[Statement] = []
    if text := publication.texts.get(INTRODUCTION):
        parsed = markdown.parse(publication.name(INTRODUCTION), text)
        introduction = read_statements(parsed, parsed.blocks)
    decisive = stated_edition(own, introduction)
    if edition is None and decisive is None:
        transition = "; ".join(f"{s.file}:{s.line}: “{s.text}”" for s in own + introduction)
        raise InputError(
            "the documents do not name their edition" + (f" ({transition})" if transition else ""),
            where=publication.place,
            remedy="Name it with --edition; any label is allowed.",
        )
    label = edition or (decisive.edition if decisive else "")
    if (
        not all(part and part.strip(".") for part in label.split("/"))
        or "/" in label
        or any(c in label for c in ' <>"{}|\\^`%#?')
    ):
        raise InputError(
            f"“{label}” cannot be an edition label",
            remedy="Use letters, digits, points and hyphens, as 1.3 or 2.0-concept.",
        )
    said = "--edition" if edition else f"{decisive.file}:{decisive.line}" if decisive else ""
    reading = Reading(publication, label, said, part2, own + introduction)
    compare(reading, root)
    return reading


def word_forms(root: Path, code_list: str) -> dict[str, str]:
    """The word forms by which a text names the concepts of a code list, each with the concept's name."""
    forms = {}
    for triple in turtle.read(root / "ontology" / "codelists" / f"{code_list}.ttl"):
        if (
            triple.predicate.value == f"{_SKOS}hiddenLabel"
            and isinstance(triple.object, Literal)
            and isinstance(triple.subject, NamedNode)
        ):
            forms[triple.object.value] = triple.subject.value.rpartition("/")[2]
    return forms


def facts(reading: Reading, root: Path | None = None) -> Iterator[Triple]:
    """What the text says of its measures, without its wording."""
    roles = word_forms(root or paths.files(), "role")
    edition = NamedNode(f"{ID}bio2/{reading.edition}")
    source = _source_node(reading.publication)
    for measure in reading.part2.measures:
        node = NamedNode(f"{edition.value}/{measure.number}")
        for predicate, terms in _statements(measure, edition, roles).items():
            for term in terms:
                yield Triple(node, NamedNode(predicate), term)
        yield Triple(node, NamedNode(f"{_DCTERMS}source"), source)


def quads(reading: Reading, *, alone: bool, root: Path | None = None) -> Iterator[Quad]:
    """The edition's ``…/text`` graph and its graph of facts, both described.

    Unless the quads are to stand ``alone``, what ``data/`` states already is left to it: the facts of an edition whose
    measures it has, the description of one that it has by name only.
    """
    root = root or paths.files()
    text_graph = framework_graph(f"bio2/{reading.edition}/text")
    for t in _text(reading, text_graph):
        yield Quad(t.subject, t.predicate, t.object, text_graph)
    if reading.known and not alone:
        return
    graph = framework_graph(f"bio2/{reading.edition}")
    described = (root / "data" / "frameworks" / "bio2" / reading.edition / "edition.ttl").is_file()
    about = () if described and not alone else _edition(reading, graph)
    for t in (*about, *_source(reading.publication, _source_node(reading.publication)), *facts(reading, root)):
        yield Quad(t.subject, t.predicate, t.object, graph)


def compare(reading: Reading, root: Path) -> None:
    """Compares the reading with what ``data/`` states of this edition and records every difference in it."""
    path = root / "data" / "frameworks" / "bio2" / reading.edition / "measures.ttl"
    reading.known = path.is_file()
    if not reading.known:
        return
    compared = set(_statements(Measure("0.0.0", 0), NamedNode(f"{ID}x"), {})) | {f"{DEF}{p}" for p in _OPTIONAL}
    ours, theirs = _by_number(turtle.read(path), compared), _by_number(facts(reading, root), compared)
    for number in sorted(ours.keys() | theirs.keys(), key=turtle.natural):
        if number not in theirs:
            reading.differences.append(f"{number}: in data/, not in the text")
        elif number not in ours:
            reading.differences.append(f"{number}: in the text, not in data/")
        else:
            for predicate in sorted(compared):
                here, there = ours[number].get(predicate, set()), theirs[number].get(predicate, set())
                if here != there:
                    name = predicate.rpartition("#")[2]
                    reading.differences.append(
                        f"{number}: {name} is {_join(there)} in the text and {_join(here)} in data/"
                    )


_OPTIONAL = ("movedTo", "refersTo", "refersToControl", "category", "mentionsRole", "wordingDigest", "status")


def _statements(measure: Measure, edition: NamedNode, roles: dict[str, str]) -> dict[str, list[NamedNode | Literal]]:
    """Predicate and values for one measure; predicates without a value are left out."""
    found: dict[str, list[NamedNode | Literal]] = {
        f"{_RDF}type": [NamedNode(str(B.MeasureEdition)), NamedNode(f"{_SKOS}Concept")],
        f"{_SKOS}notation": [Literal(measure.number)],
        f"{_SKOS}inScheme": [edition],
        str(B.underControl): [NamedNode(f"{ID}iso27002/2022/{measure.control}")],
        str(B.category): [NamedNode(f"{ID}category/{name}") for name in measure.categories],
    }
    if measure.status:
        found[str(B.status)] = [NamedNode(f"{ID}status/{measure.status}")]
    if measure.target:
        found[str(B.movedTo if measure.status == "moved" else B.refersTo)] = [
            NamedNode(f"{edition.value}/{measure.target}")
        ]
    if measure.status == "active":
        text = measure.wording
        found[str(B.wordingDigest)] = [Literal(wording.digest(text))]
        found[str(B.refersTo)] = [NamedNode(f"{edition.value}/{n}") for n in wording.measures_named(text)]
        found[str(B.refersToControl)] = [NamedNode(f"{ID}iso27002/2022/{n}") for n in wording.controls_named(text)]
        found[str(B.mentionsRole)] = [NamedNode(f"{ID}role/{name}") for name in wording.terms_named(text, roles)]
    return {predicate: terms for predicate, terms in found.items() if terms}


def _edition(reading: Reading, graph: NamedNode) -> Iterator[Triple]:
    edition = NamedNode(f"{ID}bio2/{reading.edition}")
    source = _source_node(reading.publication)
    for kind in (str(B.Edition), f"{_SKOS}ConceptScheme"):
        yield Triple(edition, _TYPE, NamedNode(kind))
    for language, name in (("nl", "BIO2, editie"), ("en", "BIO2, edition")):
        label = Literal(f"{name} {reading.edition}", language=language)
        yield Triple(edition, NamedNode(f"{_SKOS}prefLabel"), label)
        yield Triple(graph, NamedNode(f"{_DCTERMS}title"), label)
    yield Triple(edition, NamedNode(f"{_DCTERMS}isVersionOf"), NamedNode(f"{ID}bio2"))
    yield Triple(edition, NamedNode(f"{PREFIXES['dcat']}version"), Literal(reading.edition))
    yield Triple(edition, NamedNode(f"{_DCTERMS}source"), source)
    yield Triple(graph, _TYPE, NamedNode(str(B.Graph)))
    yield Triple(graph, NamedNode(f"{_DCTERMS}license"), NamedNode("https://creativecommons.org/licenses/by/4.0/"))
    yield Triple(graph, NamedNode(f"{_DCTERMS}source"), source)


def _text(reading: Reading, graph: NamedNode) -> Iterator[Triple]:
    publication = reading.publication
    source = _source_node(publication)
    yield Triple(graph, _TYPE, NamedNode(str(B.Graph)))
    yield Triple(
        graph,
        NamedNode(f"{_DCTERMS}title"),
        Literal(f"Tekst van BIO2 {reading.edition} uit de repository van de uitgever", language="nl"),
    )
    yield Triple(
        graph,
        NamedNode(f"{_DCTERMS}title"),
        Literal(f"Text of BIO2 {reading.edition} from the publisher's repository", language="en"),
    )
    yield Triple(graph, NamedNode(f"{_DCTERMS}source"), source)
    yield Triple(graph, NamedNode(str(B.formalStatus)), NamedNode(f"{ID}formal-status/none"))
    yield Triple(graph, NamedNode(str(B.edition)), NamedNode(f"{ID}bio2/{reading.edition}"))
    if publication.commit:
        yield Triple(graph, NamedNode(str(B.commit)), Literal(publication.commit))
    if publication.licence:
        yield Triple(graph, NamedNode(f"{_DCTERMS}license"), NamedNode(publication.licence))
    else:
        yield Triple(graph, NamedNode(f"{_DCTERMS}license"), NamedNode(f"{ID}licence/unresolved"))
        yield Triple(
            graph,
            NamedNode(str(B.rightsNote)),
            Literal("Deze revisie draagt geen licentie die herkend is.", language="nl"),
        )
        yield Triple(
            graph,
            NamedNode(str(B.rightsNote)),
            Literal("This revision carries no licence that was recognised.", language="en"),
        )
    for statement in reading.statements:
        file = "".join(statement.file.rpartition("docs/")[1:])
        said = f"{file}:{statement.line}: {statement.text}"
        yield Triple(graph, NamedNode(str(B.editionStatement)), Literal(said, language="nl"))
    for statement in reading.statements:
        if statement.kind != "transition":
            yield Triple(graph, NamedNode(str(B.statedEdition)), Literal(statement.edition))
            if statement.date:
                yield Triple(
                    graph,
                    NamedNode(str(B.statedDate)),
                    Literal(statement.date.isoformat(), datatype=NamedNode(f"{_XSD}date")),
                )
    for measure in reading.part2.measures:
        node = NamedNode(f"{ID}bio2/{reading.edition}/{measure.number}")
        if measure.wording:
            yield Triple(node, NamedNode(str(B.sourceWording)), Literal(measure.wording, language="nl"))
            yield Triple(node, NamedNode(str(B.sourceMarkdown)), Literal("\n".join(measure.markdown), language="nl"))
    yield from _source(publication, source)


def _source(publication: Publication, source: NamedNode) -> Iterator[Triple]:
    yield Triple(source, _TYPE, NamedNode(str(B.Source)))
    at = publication.commit[:7] if publication.commit else "onbekende revisie"
    yield Triple(
        source,
        NamedNode(f"{_DCTERMS}title"),
        Literal(f"BIO2, deel 2 in de repository van de uitgever, {at}", language="nl"),
    )
    yield Triple(
        source, NamedNode(str(B.repository)), Literal(publication.repository.removeprefix("https://github.com/"))
    )
    yield Triple(source, NamedNode(str(B.path)), Literal(MEASURES))
    if publication.commit:
        yield Triple(source, NamedNode(str(B.commit)), Literal(publication.commit[:7]))
        yield Triple(
            source,
            NamedNode(f"{_FOAF}page"),
            NamedNode(f"{publication.repository}/blob/{publication.commit}/{MEASURES}"),
        )


def _source_node(publication: Publication) -> NamedNode:
    at = publication.commit[:7] if publication.commit else "unknown"
    return NamedNode(f"{ID}source/bio2-maatregelen-{at}")


def _by_number(triples: Iterator[Triple] | list[Triple], predicates: set[str]) -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for t in triples:
        if t.predicate.value in predicates and isinstance(t.subject, NamedNode):
            number = t.subject.value.rpartition("/")[2]
            found.setdefault(number, {}).setdefault(t.predicate.value, set()).add(str(t.object))
    return found


def _join(values: set[str]) -> str:
    return ", ".join(sorted(v.strip("<>").removeprefix(ID).strip('"') for v in values)) or "absent"
