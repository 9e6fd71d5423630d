"""Which measure, control, provision or edition somebody means: by identifier, path, or number in any usual form."""

import re
from collections.abc import Mapping, Set

from pyoxigraph import Literal, NamedNode, QuerySolution

from bio2kg.errors import InputError
from bio2kg.namespaces import BASE, ID, PREFIXES
from bio2kg.queries import Parameter
from bio2kg.store import Store, select
from bio2kg.turtle import natural

_CLASSES = {
    "measure": ("MeasureEdition",),
    "control": ("Control",),
    "provision": ("Provision",),
    "thing": ("MeasureEdition", "Control", "Clause", "Provision"),
}
_SELECT = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?framework ?version ?status WHERE {"""
_IN_EDITION = """
  ?thing skos:inScheme ?edition .
  ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
  OPTIONAL { ?edition b:editionStatus ?status }
}
"""
_BY_NUMBER = f"""{_SELECT}
  VALUES ?number {{ "5.01.01" }}
  VALUES ?class {{ b:MeasureEdition }}
  ?thing skos:notation ?number ; a ?class .{_IN_EDITION}"""
_BY_LASTING = f"""{_SELECT}
  VALUES ?lasting {{ UNDEF }}
  ?thing b:editionOf ?lasting .{_IN_EDITION}"""
EDITIONS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT DISTINCT ?edition ?version WHERE {
  VALUES ?framework { <https://w3id.org/bio2kg/id/bio2> }
  ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
}
"""
_KNOWN = """
SELECT DISTINCT ?class WHERE {
  VALUES ?thing { UNDEF }
  ?thing a ?class .
}
"""
_FORMS = {
    "measure": "5.24.08, or with its edition as 1.3/5.24.08",
    "control": "5.24, or with its framework as iso27002/2022/5.24",
    "provision": "NIS2 21(2)(d) or nis2/21.2.d",
    "thing": "5.24.08, bio2/1.3/5.24.08 or nis2/21.2.d",
}
_NUMBERS_LIKE = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?number WHERE {
  VALUES ?start { "5.01" }
  VALUES ?class { b:MeasureEdition }
  ?thing a ?class ; skos:notation ?number .
  FILTER (STRSTARTS(?number, ?start))
}
"""


def thing_named(store: Store, parameter: Parameter, value: str, edition: str | None) -> NamedNode:
    """The measure, control or provision meant: by IRI, by path (``bio2/1.3/5.01.01``) or number in any usual form."""
    path = value.strip().removeprefix(ID).removeprefix(f"{BASE}/doc/")
    if "/" in path or path.startswith("http"):
        return _by_path(store, parameter, value, path, edition)
    hint, number = _split(path)
    classes = [NamedNode(f"{PREFIXES['b']}{name}") for name in _CLASSES[parameter.type]]
    found = select(store, _BY_NUMBER, {"number": [Literal(n) for n in number_forms(number)], "class": classes})
    candidates = {row["thing"].value: row for row in found if not hint or row["framework"].value == f"{ID}{hint}"}
    if not candidates:
        raise wrong(parameter, f"cannot be “{value}”", _like(store, parameter, number, classes))
    return _one(parameter, value, candidates, edition)


def _one(parameter: Parameter, value: str, candidates: Mapping[str, QuerySolution], edition: str | None) -> NamedNode:
    if edition and (meant := [iri for iri in candidates if iri.startswith(f"{edition}/")]):
        return NamedNode(meant[0])
    chosen = _preferred(candidates)
    if len(chosen) > 1:
        raise wrong(
            parameter,
            f"“{value}” can mean several things",
            f"Say which: {', '.join(sorted(c.removeprefix(ID) for c in chosen))}.",
        )
    return NamedNode(chosen[0])


def _by_path(store: Store, parameter: Parameter, value: str, path: str, edition: str | None) -> NamedNode:
    folder, _, number = path.rpartition("/")
    try:
        for form in number_forms(number):
            for place in (folder, f"bio2/{folder}"):
                iri = NamedNode(path if path.startswith("http") else f"{ID}{place}/{form}")
                if kinds := {row["class"] for row in select(store, _KNOWN, {"thing": iri})}:
                    return _of_kind(store, parameter, value, iri, kinds, edition)
    except ValueError as error:
        raise wrong(parameter, f"cannot be “{value}”", "It has characters that no identifier has.") from error
    raise wrong(
        parameter,
        f"cannot be “{value}”",
        f"Nothing of that name is known. Give {_FORMS[parameter.type]}.",
    )


def _of_kind(
    store: Store, parameter: Parameter, value: str, iri: NamedNode, kinds: Set[object], edition: str | None
) -> NamedNode:
    if parameter.type == "thing" or any(
        NamedNode(f"{PREFIXES['b']}{name}") in kinds for name in _CLASSES[parameter.type]
    ):
        return iri
    if parameter.type == "measure" and (found := select(store, _BY_LASTING, {"lasting": iri})):
        # What persists over the editions is asked about as it stands in one of them.
        return _one(parameter, value, {row["thing"].value: row for row in found}, edition)
    raise wrong(parameter, f"cannot be “{value}”", f"That is no {parameter.type}. Give {_FORMS[parameter.type]}.")


def _split(text: str) -> tuple[str, str]:
    """A framework in front (“NIS2 21(2)(d)”) and the number in our form (``21.2.d``)."""
    match = re.fullmatch(
        r"(?:(?P<framework>[A-Za-z][A-Za-z0-9-]*)\s+)?(?:art(?:ikel|icle|\.)?\s*)?(?P<number>.+)", text, re.IGNORECASE
    )
    hint, number = (match["framework"] or "", match["number"]) if match else ("", text)
    if hint.lower() in ("art", "artikel", "article"):
        hint = ""
    return hint.lower(), re.sub(r"\s*\(\s*(\w+)\s*\)", r".\1", number.strip())


def number_forms(number: str) -> list[str]:
    """The forms in which our frameworks write a number: as given, as 5.01.01, and without leading zeros."""
    forms = [number]
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", number):
        a, b, c = (int(part) for part in number.split("."))
        forms += [f"{a}.{b:02d}.{c:02d}", f"{a}.{b}.{c}"]
    elif re.fullmatch(r"\d{1,2}\.\d{1,2}", number):
        forms.append(".".join(str(int(part)) for part in number.split(".")))
    return list(dict.fromkeys(forms))


def _preferred(candidates: Mapping[str, QuerySolution]) -> list[str]:
    """Of several editions of one framework the newest that was established; of several frameworks all of them."""
    newest: dict[str, tuple[tuple[bool, object], str]] = {}
    for iri, row in candidates.items():
        status = row["status"].value if row["status"] is not None else ""
        rank = (status.endswith(("/established", "/in-force")), natural(row["version"].value))
        framework = row["framework"].value
        if framework not in newest or rank > newest[framework][0]:
            newest[framework] = (rank, iri)
    return [iri for _, iri in newest.values()]


def _like(store: Store, parameter: Parameter, number: str, classes: list[NamedNode]) -> str:
    start = number_forms(number)[-1].rpartition(".")[0] or number
    starts = [Literal(form.rpartition(".")[0]) for form in number_forms(number) if "." in form] or [Literal(start)]
    near = sorted(
        {row["number"].value for row in select(store, _NUMBERS_LIKE, {"start": starts, "class": classes})}, key=natural
    )
    advice = f"Near it are: {', '.join(near[:8])}." if near else f"Give {_FORMS[parameter.type]}."
    return f"Nothing bears that number. {advice}"


def edition_named(store: Store, parameter: Parameter, value: str) -> NamedNode:
    """The edition meant, by its label or by framework and label. Raises InputError that lists the editions."""
    path = value.strip().removeprefix(ID)
    framework, _, version = path.rpartition("/")
    framework = framework or parameter.framework or ""
    if not framework:
        raise wrong(parameter, f"cannot be “{value}”", "Give framework and edition, as nis2/2022.")
    rows = (
        select(store, EDITIONS, {"framework": NamedNode(f"{ID}{framework}")})
        if re.fullmatch(r"[\w.-]+", framework)
        else []
    )
    editions = {row["edition"].value: row["version"].value for row in rows}
    for iri, label in editions.items():
        if version == label or iri.endswith(f"/{version}"):
            return NamedNode(iri)
    known = ", ".join(sorted((iri.removeprefix(ID) for iri in editions), key=natural))
    raise wrong(
        parameter, f"cannot be “{value}”", f"Editions are: {known}." if known else "There is no such framework."
    )


def wrong(parameter: Parameter, what: str, allowed: str) -> InputError:
    """The error for a parameter: what is wrong with it, and what is allowed."""
    return InputError(f"parameter {parameter.name}: {what}.", remedy=allowed)
