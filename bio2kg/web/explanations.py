"""What each kind of error means: the page behind the ``type`` of a problem (RFC 9457), for people and for programs."""

import json
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bio2kg.errors import Bio2kgError, NotFoundError
from bio2kg.namespaces import BASE
from bio2kg.results import best_media_type
from bio2kg.web import CORS, caching
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()


@dataclass(frozen=True)
class Explanation:
    """A kind of error in two languages: its name, what it means, and what to do about it."""

    title: dict[str, str]
    meaning: dict[str, str]
    remedy: dict[str, str]


def _explained(nl: tuple[str, str, str], en: tuple[str, str, str]) -> Explanation:
    return Explanation(*({"nl": dutch, "en": english} for dutch, english in zip(nl, en, strict=True)))


EXPLANATIONS = {
    "internal": _explained(
        (
            "Er ging hier iets mis",
            "De dienst heeft een fout gemaakt. Aan uw vraag ligt het niet.",
            "Probeer het later nog eens. Blijft het zo, meld dan het adres en het tijdstip aan de beheerder.",
        ),
        (
            "Something went wrong here",
            "The service made an error. Your request is not the cause.",
            "Try again later. If it stays, tell the operator the address and the time.",
        ),
    ),
    "bad-input": _explained(
        (
            "De invoer is niet bruikbaar",
            "Een parameter, een bestand of de inhoud van het verzoek is niet te lezen of heeft een onmogelijke waarde.",
            "Lees in het veld detail wat er mis is en waar, verbeter dat en stuur het verzoek opnieuw.",
        ),
        (
            "The input cannot be used",
            "A parameter, a file or the body of the request cannot be read or has a value that is not possible.",
            "The field detail says what is wrong and where. Correct that and send the request again.",
        ),
    ),
    "malformed-query": _explained(
        (
            "De vraag is geen geldige SPARQL 1.1",
            "De tekst van de vraag volgt de grammatica van SPARQL 1.1 niet, of gebruikt een onbekend prefix.",
            "Het veld detail noemt regel en kolom. Verbeter de vraag daar.",
        ),
        (
            "The query is not valid SPARQL 1.1",
            "The text of the query does not follow the grammar of SPARQL 1.1, or uses a prefix that is not declared.",
            "The field detail names line and column. Correct the query there.",
        ),
    ),
    "not-acceptable": _explained(
        (
            "Niet in de gevraagde vorm",
            "Wat u zoekt is er misschien wel, maar niet in een formaat of profiel waar Accept, format of _profile om "
            "vraagt.",
            "Kies een van de vormen die het veld detail noemt; bij een document staan ze ook in de kopregel Link.",
        ),
        (
            "Not in the form asked for",
            "What you look for may be there, but not in a format or profile that Accept, format or _profile asks for.",
            "Choose one of the forms that the field detail names; for a document they are in the Link header too.",
        ),
    ),
    "unsupported-media-type": _explained(
        (
            "Dit soort inhoud wordt hier niet gelezen",
            "De kopregel Content-Type noemt een soort inhoud die dit adres niet aanneemt, of ontbreekt.",
            "Stuur een van de soorten die het veld detail noemt, met de juiste Content-Type.",
        ),
        (
            "This kind of body is not read here",
            "The Content-Type header names a kind of body that this address does not take, or is missing.",
            "Send one of the kinds that the field detail names, with the right Content-Type.",
        ),
    ),
    "too-large": _explained(
        (
            "Te groot",
            "Het bestand of de inhoud van het verzoek is groter dan hier wordt gelezen.",
            "Stuur minder, of gebruik de opdrachtregel op uw eigen computer.",
        ),
        (
            "Too large",
            "The file or the body of the request is larger than what is read here.",
            "Send less, or use the command line on your own computer.",
        ),
    ),
    "refused": _explained(
        (
            "Dat doet deze dienst niet",
            "Het verzoek is begrepen en geweigerd, bijvoorbeeld omdat het iets wil wijzigen waar alleen gelezen wordt.",
            "Het veld detail zegt wat er wel kan.",
        ),
        (
            "This service does not do that",
            "The request was understood and refused, for example because it would change what can only be read.",
            "The field detail says what can be done.",
        ),
    ),
    "not-found": _explained(
        (
            "Er is hier niets",
            "Er is niets bekend over wat dit adres noemt. Maatregelen die zijn vervallen of verplaatst houden hun "
            "adres; dit nummer heeft in deze editie dus nooit bestaan.",
            "Controleer nummer en editie. Het veld detail noemt wat er het meest op lijkt, als er zoiets is.",
        ),
        (
            "There is nothing here",
            "Nothing is known of what this address names. Measures that were withdrawn or moved keep their address, so "
            "this number never existed in this edition.",
            "Check number and edition. The field detail names what comes nearest, if anything does.",
        ),
    ),
    "unavailable": _explained(
        (
            "De dienst kan nu niet antwoorden",
            "De gegevens zijn nu niet te bereiken.",
            "Probeer het later nog eens; de beheerder ziet de oorzaak in het logboek.",
        ),
        (
            "The service cannot answer now",
            "The data cannot be reached at the moment.",
            "Try again later; the operator finds the cause in the log.",
        ),
    ),
    "findings": _explained(
        (
            "De toets vond overtredingen",
            "Wat is getoetst voldoet niet aan alle regels.",
            "Los de bevindingen op en toets opnieuw. Bij elke regel staat wat er moet en waarom.",
        ),
        (
            "The check found violations",
            "What was checked does not meet all rules.",
            "Resolve the findings and check again. Each rule says what must be so and why.",
        ),
    ),
}


@router.api_route("/doc/problem", methods=["GET", "HEAD"])
async def problem_types(request: Request) -> Response:
    """All kinds of errors."""
    return _answer(request, "/doc/problem", list(_statuses()))


@router.api_route("/doc/problem/{kind}", methods=["GET", "HEAD"])
async def problem_type(request: Request, kind: str) -> Response:
    """One kind of error: what it means and what to do about it."""
    if kind not in EXPLANATIONS:
        raise NotFoundError(
            f"there is no kind of error “{kind}”", remedy=f"There are: {', '.join(EXPLANATIONS)}; see /doc/problem."
        )
    return _answer(request, f"/doc/problem/{kind}", [kind])


def _answer(request: Request, path: str, kinds: list[str]) -> Response:
    form = request.query_params.get("format") or ""
    offered = ["application/json", "text/html"]
    if form in ("html", "json"):
        media_type = "text/html" if form == "html" else "application/json"
    else:
        media_type = best_media_type(form if "/" in form else request.headers.get("accept", ""), offered)
    headers = {
        "Vary": "Accept, Accept-Language",
        "Link": f'<{path}?format=json>; rel="alternate"; type="application/json", '
        f'<{path}?format=html>; rel="alternate"; type="text/html", <{BASE}{path}>; rel="canonical"',
        **CORS,
    }
    if media_type == "text/html":
        language = language_of(request)
        problems = {kind: (EXPLANATIONS[kind], _statuses().get(kind, 500)) for kind in kinds}
        page = render("problems.html", language, path=path, problems=problems)
        headers |= {"Content-Language": language, "Content-Location": f"{path}?format=html&lang={language}"}
        return caching.answer(request, page, "text/html; charset=utf-8", headers)
    said = [_as_json(kind) for kind in kinds]
    content = json.dumps(said if path == "/doc/problem" else said[0], ensure_ascii=False, indent=2) + "\n"
    headers["Content-Location"] = f"{path}?format=json"
    return caching.answer(request, content, "application/json", headers)


def _as_json(kind: str) -> dict[str, object]:
    explained = EXPLANATIONS[kind]
    return {
        "type": f"{BASE}/doc/problem/{kind}",
        "status": _statuses().get(kind, 500),
        "title": explained.title,
        "meaning": explained.meaning,
        "remedy": explained.remedy,
    }


def _statuses() -> dict[str, int]:
    """For each kind of error that we explain its HTTP status."""
    found: dict[str, int] = {}
    waiting: list[type[Bio2kgError]] = [Bio2kgError]
    while waiting:
        error = waiting.pop(0)
        found.setdefault(error.problem_type, error.http_status)
        waiting += error.__subclasses__()
    return {kind: found[kind] for kind in EXPLANATIONS if kind in found}
