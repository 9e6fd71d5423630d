"""In which language a page speaks: Dutch first, English equal."""

from fastapi import Request

LANGUAGES = ("nl", "en")


def language_of(request: Request) -> str:
    """``?lang=`` if it names a language we speak, else the first such of Accept-Language by quality, else Dutch."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    ranges = []
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag.partition("-")[0].lower() in LANGUAGES and weight > 0:
            ranges.append((-weight, place, tag.partition("-")[0].lower()))
    return min(ranges)[2] if ranges else "nl"
