"""Small assessments of two fictitious organisations."""

from typing import Literal

from bio2kg.register import Audience

Kind = Literal["local", "remote"]
A = "https://w3id.org/bio2kg/id/organisation/voorbeeldstad"
B = "https://w3id.org/bio2kg/id/organisation/voorbeeldmeer"
AUTHOR_OF_A, READER_OF_A = Audience(A, drafts=True), Audience(A)
AUTHOR_OF_B = Audience(B, drafts=True)
REPORT = b'{"nl": {"passed": true}, "en": {"passed": true}}'


def content(number: int, size: int = 3) -> bytes:
    """N-Triples, in the order in which the register keeps them, that only this number has."""
    lines = [
        f'<https://w3id.org/bio2kg/id/assessment/a/{i:05}> <http://purl.org/dc/terms/title> "nummer {number} \\"ü\\" {i}"@nl .\n'
        for i in range(size)
    ]
    return "".join(lines).encode()
