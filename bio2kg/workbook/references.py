"""What a cell means that names something else: people, services, rows of another tab, measures, deadlines, law."""

from pyoxigraph import NamedNode

from bio2kg.workbook.columns import TABS, Column, plain, slug
from bio2kg.workbook.grids import Raw, shown
from bio2kg.workbook.kinds import address_of, joined
from bio2kg.workbook.known import Known, Names, Reading
from bio2kg.workbook.messages import problem
from bio2kg.workbook.numbers import number


def party(column: Column, value: Raw, known: Known) -> Reading:
    """A person, post or department."""
    return _named(value, known.parties, f"{known.base}/party")


def service(column: Column, value: Raw, known: Known) -> Reading:
    """A service of a supplier."""
    return _named(value, known.services, f"{known.base}/service")


def _named(value: Raw, names: Names, folder: str) -> Reading:
    """The same name in another spelling of case or spaces is the same one."""
    name = value if isinstance(value, str) else shown(value)
    if plain(name) not in names:
        names[plain(name)] = (NamedNode(f"{folder}/{slug(name)}"), name)
    node, first = names[plain(name)]
    return Reading((node,), () if first == name else (problem("party-spelling", name, read=first),))


def links(column: Column, value: Raw, known: Known) -> Reading:
    """Ids of another tab with semicolons between. A risk analysis may also be an address or a document number."""
    return joined([_link(column, part.strip(), known) for part in shown(value).split(";") if part.strip()])


def _link(column: Column, name: str, known: Known) -> Reading:
    things = {plain(other): node for other, node in known.things.get(column.values, {}).items()}
    if plain(name) in things:
        return Reading((things[plain(name)],))
    if column.values != "risk-analyses":
        tab = TABS["suppliers" if column.values == "contracts" else column.values]
        return Reading((), (problem("id-unknown", name, tab=tab.title(known.language)),))
    if address := address_of(name):
        return Reading((address,))
    node = NamedNode(f"{known.base}/risk-analysis/{slug(name)}")
    known.analyses.setdefault(node, name)
    return Reading((node,))


def measure(column: Column, value: Raw, known: Known) -> Reading:
    """The number of a measure or control."""
    node, said = number(value, known.catalogue)
    return Reading((node,) if node else (), tuple(said))


def measures(column: Column, value: Raw, known: Known) -> Reading:
    """Numbers with semicolons between; where the column names a tab also ids of that tab."""
    if not isinstance(value, str):
        return measure(column, value, known)
    ids = {plain(name): node for name, node in known.things.get(column.values, {}).items()}
    parts = [part.strip() for part in value.split(";") if part.strip()]
    return joined(
        [Reading((ids[plain(p)],)) if plain(p) in ids else measure(column, p, known) for p in parts],
    )


def deadline(column: Column, value: Raw, known: Known) -> Reading:
    """A deadline of the edition by its name."""
    found = known.catalogue.deadline(shown(value))
    if found:
        return Reading((found.iri,))
    return Reading((), (problem("deadline-unknown", shown(value)),))


def provisions(column: Column, value: Raw, known: Known) -> Reading:
    """Articles of the Cyberbeveiligingswet by their numbers, with semicolons between."""
    readings = []
    for name in filter(None, (part.strip() for part in shown(value).split(";"))):
        found = known.catalogue.provision(name)
        readings.append(Reading((found,)) if found else Reading((), (problem("provision-unknown", name),)))
    return joined(readings)
