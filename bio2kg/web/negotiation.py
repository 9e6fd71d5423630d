"""What a client asks for: which format, which profile, which page; and the headers that tell what else there is.

Formats go by a suffix of the address (``/doc/bio2/1.3.ttl``), else ``?format=`` or ``?_mediatype=``, else Accept.
Profiles go by ``?_profile=``, else Accept-Profile (Content Negotiation by Profile, W3C).
"""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlencode

from fastapi import Request

from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.namespaces import BASE
from bio2kg.results import DATASETS, Format, best_media_type, by_name
from bio2kg.web.language import language_of

HTML = "text/html"
PROFILES_PAGE = f"{BASE}/profiles"
VARY = "Accept, Accept-Language, Accept-Profile"
# Measure numbers have points too, so only these count.
SUFFIXES = {
    "html": "html",
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
}


class Profile(NamedTuple):
    """A choice of what a description holds: its name for ``?_profile=``, its IRI, and what it is."""

    name: str
    iri: str
    title: dict[str, str]
    text: dict[str, str]


PROFILES = (
    Profile(
        "stated",
        f"{PROFILES_PAGE}#stated",
        {"nl": "Zoals gesteld", "en": "As stated"},
        {
            "nl": "Wat de bronnen over het ding zeggen en wat ernaar verwijst. Dit krijgt u als u niets kiest.",
            "en": "What the sources say about the thing and what points at it. This is what you get without a choice.",
        },
    ),
    Profile(
        "labelled",
        f"{PROFILES_PAGE}#labelled",
        {"nl": "Met namen van buren", "en": "With labels of neighbours"},
        {
            "nl": "Zoals gesteld, met de namen van alles wat erin voorkomt, ook van de eigenschappen.",
            "en": "As stated, with the labels of everything that occurs in it, properties included.",
        },
    ),
    Profile(
        "inferred",
        f"{PROFILES_PAGE}#inferred",
        {"nl": "Met wat is afgeleid", "en": "With inferred statements"},
        {
            "nl": "Zoals gesteld, met wat de redeneerder eraan toevoegde. Dat staat in TriG en N-Quads apart.",
            "en": "As stated, with what the reasoner added. In TriG and N-Quads that is in a graph of its own.",
        },
    ),
    Profile(
        "nl-sbb",
        f"{PROFILES_PAGE}#nl-sbb",
        {"nl": "NL-SBB (SKOS-AP-NL)", "en": "NL-SBB (SKOS-AP-NL)"},
        {
            "nl": "Alleen wat de Nederlandse standaard voor het beschrijven van begrippen kent. Voor begrippen, "
            "begrippenkaders en collecties.",
            "en": "Only what the Dutch standard for describing concepts knows. For concepts, concept schemes and "
            "collections.",
        },
    ),
)
_BY_NAME = {name: profile for profile in PROFILES for name in (profile.name, profile.iri)}


@dataclass(frozen=True)
class Wanted:
    """One representation: format (None for the page), media type, profile, language of the page, page number."""

    form: Format | None
    media_type: str
    profile: Profile
    language: str
    page: int

    @property
    def name(self) -> str:
        """The short name of the format: ``html`` for the page."""
        return self.form.name if self.form else "html"

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header: UTF-8, whatever it is."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type

    def search(self, **changed: object) -> str:
        """The query part of the address of this representation, or with some of it ``changed``."""
        fields: dict[str, object] = {
            "format": self.name,
            "_profile": self.profile.name if self.form and self.profile != PROFILES[0] else "",
            "lang": "" if self.form else self.language,
            "page": self.page if self.page > 1 else "",
        }
        return urlencode({key: value for key, value in (fields | changed).items() if value != ""})


def split_suffix(path: str) -> tuple[str, str]:
    """A path without the suffix that names a format, and the name of that format; empty if there is none."""
    rest, point, suffix = path.rpartition(".")
    return (rest, SUFFIXES[suffix]) if point and rest[-1:] not in ("", "/") and suffix in SUFFIXES else (path, "")


def wanted(request: Request, suffix: str = "") -> Wanted:
    """What a request asks for. Raises NotAcceptableError for a form there is not, InputError for no page number."""
    form, media_type = _format(request, suffix)
    text = request.query_params.get("page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise InputError(f"“{text[:40]}” is no page number", remedy="Pages are counted from 1.")
    return Wanted(form, media_type, _profile(request), "" if form else language_of(request), int(text))


def _format(request: Request, suffix: str) -> tuple[Format | None, str]:
    name = request.query_params.get("format") or ""
    media_type = request.query_params.get("_mediatype") or ""
    if not media_type and "/" in name:
        name, media_type = "", name
    if suffix and (name or media_type):
        raise InputError(
            "the address names a format twice", remedy="Leave out the suffix, or leave out format and _mediatype."
        )
    name = suffix or name
    if name.lower() == "html":
        return None, HTML
    if name:
        form = by_name(name, DATASETS)
        return form, form.media_types[0]
    # Other names of a format come last: a wildcard does not mean them.
    names = sorted((place, number) for number, form in enumerate(DATASETS) for place in range(len(form.media_types)))
    by_type = {DATASETS[number].media_types[place]: DATASETS[number] for place, number in names}
    best = best_media_type(media_type or request.headers.get("accept", ""), [HTML, *by_type])
    if best == HTML:
        return None, HTML
    # Types that mean nothing else are sent by their first name; a client that asked for plain JSON or XML gets that.
    form = by_type[best]
    return form, best if best in (
        "application/json",
        "application/xml",
        "text/xml",
        "text/plain",
    ) else form.media_types[0]


def _profile(request: Request) -> Profile:
    asked = request.query_params.get("_profile")
    if asked:
        if asked not in _BY_NAME:
            raise NotAcceptableError(
                f"there is no profile “{asked}”", remedy=f"Choose one of: {', '.join(p.name for p in PROFILES)}."
            )
        return _BY_NAME[asked]
    # A preference, not a demand: without a profile we know, the first is sent, and Link says which that is.
    ranked = []
    for place, part in enumerate(request.headers.get("accept-profile", "").split(",")):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p.partition("=")[2] for p in parameters if p.startswith("q=")), "1")
        profile = _BY_NAME.get(name.strip("<> "))
        if profile and re.fullmatch(r"[01](\.\d*)?", quality) and float(quality) > 0:
            ranked.append((-float(quality), place, profile))
    return min(ranked)[2] if ranked else PROFILES[0]


def address(path: str) -> str:
    """A path of this server as it stands in a header."""
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def uri(iri: str) -> str:
    """An IRI as it stands in a header, where only ASCII can (RFC 3987, section 3.1)."""
    return quote(iri, safe=":/?#[]@!$&'()*+,;=~%-._")


def fixed_headers(path: str, chosen: Wanted) -> dict[str, str]:
    """The headers of a representation that follow from the request alone."""
    headers = {
        "Vary": VARY,
        "Content-Location": f"{address(path)}?{chosen.search()}",
    }
    if chosen.form:
        headers["Content-Profile"] = f"<{chosen.profile.iri}>"
    else:
        headers["Content-Language"] = chosen.language
    return headers


def alternates(path: str, chosen: Wanted | None = None) -> list[str]:
    """Links to the other formats of a document."""
    links = []
    for form in (None, *DATASETS):
        name, media_type = (form.name, form.media_types[0]) if form else ("html", HTML)
        if not chosen or name != chosen.name:
            search = urlencode({"format": name})
            links.append(f'<{address(path)}?{search}>; rel="alternate"; type="{media_type}"')
    return links


def profile_links(path: str, chosen: Wanted) -> list[str]:
    """Links that say which profile this is and which others there are; none for a page, which holds all of them."""
    if not chosen.form:
        return []
    links = [f'<{chosen.profile.iri}>; rel="profile"']
    for profile in PROFILES:
        relation = "self" if profile == chosen.profile else "alternate"
        search = chosen.search(_profile=profile.name, page="")
        links.append(
            f'<{address(path)}?{search}>; rel="{relation}"; type="{chosen.media_type}"; format="{profile.iri}"'
        )
        links.append(
            f'<http://www.w3.org/ns/dx/prof/Profile>; rel="type"; token="{profile.name}"; anchor="{profile.iri}"'
        )
    return links
