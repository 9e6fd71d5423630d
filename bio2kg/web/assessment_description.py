"""How the operations on stored assessments stand in the OpenAPI description."""

from typing import Any

from fastapi import Security
from fastapi.security import HTTPBearer
from pydantic import Field

from bio2kg.register.record import Visibility
from bio2kg.validation import reading
from bio2kg.validation.rules import LANGUAGES, PROFILES, SEVERITIES
from bio2kg.web.models import Answer, Problem, Report

EXAMPLE = """@prefix b: <https://w3id.org/bio2kg/def#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix id: <https://w3id.org/bio2kg/id/> .

<https://w3id.org/bio2kg/id/assessment/voorbeeldstad-1.3-2026>
    a b:Assessment ;
    b:organisation <https://w3id.org/bio2kg/id/organisation/voorbeeldstad> ;
    b:usesEdition <https://w3id.org/bio2kg/id/bio2/1.3> .

<https://w3id.org/bio2kg/id/organisation/voorbeeldstad> foaf:name "Gemeente Voorbeeldstad (fictief)"@nl .
"""
_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="bearer",
    description="Een token van deze dienst of van uw organisatie / A token of this service or of your organisation",
)
_RECORD = {
    "id": "https://w3id.org/bio2kg/graph/assessment/voorbeeldstad-k5q2w7ab",
    "href": "/v1/assessments/voorbeeldstad-k5q2w7ab",
    "organisation": "https://w3id.org/bio2kg/id/organisation/voorbeeldstad",
    "visibility": "restricted",
    "revision": "7wq3n5xv2c4jkzrmd6ahtyeo",
    "created": "2026-07-01T09:30:00Z",
    "modified": "2026-07-02T14:05:00Z",
}


class Verdict(Answer):
    """The outcome of the validation."""

    profile: str = Field(description="Welke regels golden / Which rules held", examples=list(PROFILES))
    as_of: str = Field(description="De peildatum / The day judged on")
    passed: bool = Field(description="Geen overtredingen / No violations")
    counts: dict[str, int] = Field(
        description="Bevindingen per ernst / Findings of each severity", examples=[dict.fromkeys(SEVERITIES, 0)]
    )


class StoredAssessment(Answer):
    """What is known of a stored assessment."""

    id: str = Field(description="De named graph met de inhoud / The named graph of the content")
    href: str = Field(description="Het adres op deze server / The address on this server")
    organisation: str = Field(description="Van welke organisatie / Whose it is")
    visibility: Visibility = Field(description="Wie haar mag zien / Who may see it")
    revision: str = Field(description="Anders na elke wijziging / Another one after every change")
    created: str = Field(description="Wanneer opgeslagen (UTC) / When it was stored (UTC)")
    modified: str = Field(description="Wanneer gewijzigd (UTC) / When it was changed (UTC)")


class WholeAssessment(StoredAssessment):
    """What is known of a stored assessment, with the outcome of its validation."""

    report: str = Field(description="Het adres van het rapport / The address of the report")
    verdict: Verdict


_WHOLE = {
    **_RECORD,
    "report": f"{_RECORD['href']}/report",
    "verdict": {
        "profile": "submission",
        "asOf": "2026-07-02",
        "passed": True,
        "counts": dict.fromkeys(SEVERITIES, 0),
    },
}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


_VERSION = _header("De versie van de API / The version of the API")
_ETAG = _header("De staat, voor If-Match en If-None-Match / The state, for If-Match and If-None-Match")
_LINK = _header("De andere pagina’s (RFC 8288) / The other pages (RFC 8288)")
_LOCATION = _header("Het adres van de nieuwe beoordeling / The address of the new assessment")


def _parameter(name: str, text: str, place: str = "query", **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": text,
        "schema": {"type": "string"} | schema,
    }


_IDENTIFIER = _parameter(
    "identifier",
    "De laatste stap van het adres / The last step of the address",
    "path",
    pattern="^[a-z0-9][a-z0-9-]{0,79}$",
    example="voorbeeldstad-k5q2w7ab",
)
_VISIBILITY = _parameter(
    "visibility",
    "Wie haar mag zien: iedereen, de organisatie, of alleen wie schrijft / "
    "Who may see it: everyone, the organisation, or only those who write",
    enum=list(Visibility),
)
_JUDGING = [
    _parameter(
        "profile",
        "Welke regels gelden; draft, submission of public naar wie haar mag zien als dit ontbreekt / "
        "Which rules hold; draft, submission or public by who may see it if absent",
        enum=list(PROFILES),
    ),
    _parameter("asOf", "De peildatum; vandaag als zij ontbreekt / The day to judge on; today if absent", format="date"),
    _parameter("lang", "Taal van de meldingen / Language of the messages", enum=list(LANGUAGES)),
]
_IF_MATCH = _parameter(
    "If-Match",
    "De ETag van wat u las, of *; zonder is het antwoord 428 / The ETag of what you read, or *; without, 428",
    "header",
)
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 1}
_BODY = {
    "required": True,
    "description": "De beoordeling; ten hoogste 20 MB / The assessment; at most 20 MB",
    "content": {
        media_type: {"schema": {"type": "string"}}
        | ({"examples": {"voorbeeldstad": {"value": EXAMPLE}}} if media_type == "text/turtle" else {})
        for media_type in reading.MEDIA_TYPES
    },
}
_CHANGE = {
    "required": True,
    "description": "Wat er wijzigt (RFC 7396) / What changes (RFC 7396)",
    "content": {
        "application/merge-patch+json": {
            "schema": {
                "type": "object",
                "properties": {"visibility": {"type": "string", "enum": list(Visibility)}},
                "required": ["visibility"],
                "additionalProperties": False,
            },
            "example": {"visibility": "public"},
        }
    },
}
_PROBLEMS = {
    400: "Er is iets mis met de vraag of het bestand / Something is wrong with the request or the file",
    401: "Het token ontbreekt of geldt niet / The token is missing or not valid",
    403: "Dat mag u niet / You may not do that",
    404: "Er is niets, of het is niet voor u / There is nothing, or it is not for you",
    406: "Niet in deze vorm / Not in this form",
    409: "Bevindingen staan openbaarmaking in de weg / Findings keep it from being public",
    412: "Gewijzigd sinds u het las / Changed since you read it",
    413: "Te groot / Too large",
    415: "Deze soort wordt hier niet gelezen / This kind is not read here",
    428: "If-Match ontbreekt / If-Match is missing",
    503: "Kan nu niet; er is niets gewijzigd / Not possible now; nothing was changed",
}
_READING, _SENDING = (400, 401, 404, 406, 503), (400, 401, 403, 409, 413, 415, 503)
_CHANGING = (400, 401, 403, 404, 412, 428, 503)


def _operation(
    path: str,
    name: str,
    text: str,
    problems: tuple[int, ...],
    *,
    model: Any = None,
    status: int = 200,
    headers: dict[str, Any] | None = None,
    example: Any = None,
    forms: tuple[str, ...] = (),
    parameters: list[dict[str, Any]] | None = None,
    body: dict[str, Any] | None = None,
    anonymous: bool = False,
) -> tuple[str, dict[str, Any]]:
    content: dict[str, Any] = {media_type: {"schema": {"type": "string"}} for media_type in forms}
    if example is not None:
        content["application/json"] = {"example": example}
    answered: dict[str, Any] = {"headers": {"API-Version": _VERSION, **(headers or {})}}
    if content:
        answered["content"] = content
    extra: dict[str, Any] = {"parameters": parameters or []}
    if body:
        extra["requestBody"] = body
    if anonymous:
        extra["security"] = [{}]
    wrong = {
        code: {"model": Problem, "description": _PROBLEMS[code], "content": {"application/problem+json": {}}}
        for code in problems
    }
    return path, {
        "operation_id": name,
        "description": text,
        "tags": ["assessments"],
        "status_code": status,
        "response_model": model,
        "responses": {status: answered, **wrong},
        "dependencies": [Security(_BEARER)],
        "openapi_extra": extra,
    }


_ONE = "/assessments/{identifier}"
# By the name of the function that answers: the path, and the rest of the route.
OPERATIONS = {
    "list_assessments": _operation(
        "/assessments",
        "list-stored-assessments",
        "De opgeslagen beoordelingen die u mag zien. / The stored assessments that you may see.",
        (400, 401, 503),
        model=list[StoredAssessment],
        headers={"Link": _LINK},
        example=[_RECORD],
        parameters=[
            _parameter("organisation", "Van welke organisatie: TOOI-code of IRI / Whose: TOOI code or IRI"),
            _VISIBILITY,
            _parameter("page", "De pagina, vanaf 1 / The page, from 1", **_COUNT, default=1),
            _parameter(
                "pageSize",
                "Hoeveel per pagina / How many on a page",
                type="integer",
                minimum=1,
                maximum=500,
                default=100,
            ),
        ],
        anonymous=True,
    ),
    "create": _operation(
        "/assessments",
        "store-assessment",
        "Slaat een beoordeling op met haar rapport; zonder keuze als concept. / "
        "Stores an assessment with its report; as a draft unless you choose.",
        _SENDING,
        model=WholeAssessment,
        status=201,
        headers={"ETag": _ETAG, "Location": _LOCATION},
        example=_WHOLE,
        parameters=[_VISIBILITY, *_JUDGING],
        body=_BODY,
    ),
    "read": _operation(
        _ONE,
        "get-stored-assessment",
        "Wat er van een beoordeling bekend is (JSON), of haar inhoud (RDF). / "
        "What is known of an assessment (JSON), or its content (RDF).",
        _READING,
        model=WholeAssessment,
        headers={"ETag": _ETAG},
        example=_WHOLE,
        forms=("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"),
        parameters=[
            _IDENTIFIER,
            _parameter(
                "format",
                "De vorm, in plaats van Accept / The form, instead of Accept",
                enum=["json", "turtle", "ntriples", "jsonld", "rdfxml"],
            ),
        ],
        anonymous=True,
    ),
    "replace": _operation(
        _ONE,
        "replace-stored-assessment",
        "Vervangt een beoordeling en haar rapport. / Replaces an assessment and its report.",
        tuple(sorted({*_SENDING, *_CHANGING})),
        model=WholeAssessment,
        headers={"ETag": _ETAG},
        example=_WHOLE,
        parameters=[_IDENTIFIER, _IF_MATCH, _VISIBILITY, *_JUDGING],
        body=_BODY,
    ),
    "change": _operation(
        _ONE,
        "change-stored-assessment",
        "Wijzigt wie een beoordeling mag zien. / Changes who may see an assessment.",
        tuple(sorted({*_SENDING, *_CHANGING})),
        model=WholeAssessment,
        headers={"ETag": _ETAG},
        example=_WHOLE,
        parameters=[_IDENTIFIER, _IF_MATCH, *_JUDGING[1:]],
        body=_CHANGE,
    ),
    "delete": _operation(
        _ONE,
        "delete-stored-assessment",
        "Verwijdert een beoordeling met haar rapport. / Removes an assessment with its report.",
        _CHANGING,
        status=204,
        parameters=[_IDENTIFIER, _IF_MATCH],
    ),
    "report": _operation(
        f"{_ONE}/report",
        "get-stored-report",
        "Het rapport dat bij een beoordeling is bewaard. / The report that is kept with an assessment.",
        (400, 401, 404, 503),
        model=Report,
        headers={"ETag": _ETAG},
        parameters=[_IDENTIFIER, _JUDGING[2]],
        anonymous=True,
    ),
}
