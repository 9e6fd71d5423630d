"""In which language a page speaks: Dutch first, English equal."""

from fastapi import Request

from bio2kg.results import weighted

LANGUAGES = ("nl", "en")


def language_of(request: Request) -> str:
    """``?lang=`` if it names a language we speak, else the first such of Accept-Language by quality, else Dutch."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    spoken = [
        (-quality, place, tag.partition("-")[0])
        for place, (tag, _, quality) in enumerate(weighted(request.headers.get("accept-language", "")))
        if tag.partition("-")[0] in LANGUAGES and quality > 0
    ]
    return min(spoken)[2] if spoken else "nl"
