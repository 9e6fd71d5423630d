"""The posture of an organisation: what one assessment shows, what it leaves open and what is unknown.

All figures come from the named queries ``assessment-*``; only what needs a calendar is computed here.
"""

from bio2kg.posture.figures import Due, Posture, look
from bio2kg.posture.sections import sections
from bio2kg.posture.wording import Section
from bio2kg.posture.writing import FORMATS, require_format, write

__all__ = ["FORMATS", "Due", "Posture", "Section", "look", "require_format", "sections", "write"]
