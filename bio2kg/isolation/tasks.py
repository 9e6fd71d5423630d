"""What a worker can be asked to do. A task takes its arguments and a body, and gives a header and a body back."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from bio2kg import asking, queries, results
from bio2kg.errors import QuerySyntaxError
from bio2kg.isolation.framing import Header
from bio2kg.isolation.limits import Answer, Limits
from bio2kg.isolation.nesting import require_shallow
from bio2kg.register import publishing
from bio2kg.store import Store
from bio2kg.validation import reports, service


@dataclass
class Workplace:
    """What the tasks of one worker share: the store with what its audience may see, and what is made of that once."""

    store: Store
    limits: Limits
    prepared: service.Session | None = None
    named: Mapping[str, queries.NamedQuery] = field(default_factory=dict)

    @cached_property
    def session(self) -> service.Session:
        """The rules; made ready before the first task where the store could be reached then."""
        return self.prepared or service.Session(self.store)


Task = Callable[[Workplace, Header, bytes], tuple[Header, bytes]]


def query(place: Workplace, given: Header, body: bytes) -> tuple[Header, bytes]:
    """The answer to the SPARQL query in ``body``, in the form that ``format`` or ``accept`` asks for."""
    text = body.decode()
    require_shallow(text, place.limits.nesting)
    try:
        return _answered(place, given, text)
    except RecursionError:
        raise
    except RuntimeError as error:  # what the engine cannot do, such as a function that it does not know
        raise QuerySyntaxError(str(error), remedy="Use what SPARQL 1.1 has itself.") from error


def _answered(place: Workplace, given: Header, text: str) -> tuple[Header, bytes]:
    answer = place.store.query(text, default_graphs=given["default"], named_graphs=given["named"])
    formats = results.formats_of(answer)
    form = results.chosen(given["format"], given["accept"], formats)
    written = Answer(place.limits.result_mb)
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        answer.serialize(written, format=form.engine)  # type: ignore[arg-type]
    else:
        assert isinstance(form.engine, RdfFormat)  # noqa: S101 - formats_of lists no other
        written.write(results.serialise_triples(answer, form.engine))
    return {"media_type": form.content_type}, written.content()


def named_query(place: Workplace, given: Header, body: bytes) -> tuple[Header, bytes]:
    """The answer to the query ``name`` for the values ``given``, in ``format``."""
    named = queries.get(given["name"], dict(place.named))
    return {}, _small(place, asking.write(place.store, named, given["given"], given["format"]))


def validate(place: Workplace, given: Header, body: bytes) -> tuple[Header, bytes]:
    """The report on the assessment in ``body``, whose kind its ``name`` tells, in ``format`` and ``lang``."""
    form = reports.form_named(given["format"])
    verdict = _verdict(place, given, body)
    text = form.write(verdict, place.session.names, given["lang"])
    return {"media_type": form.media_type, "suffix": form.suffix}, _small(place, text.encode())


def assess(place: Workplace, given: Header, body: bytes) -> tuple[Header, bytes]:
    """The assessment in ``body`` as it is kept, judged: its content and after that its report; see ``Assessed``."""
    judged = publishing.assess(place.session, body, given["name"], given["profile"], service.day_named(given["as_of"]))
    said = dataclasses.asdict(judged)
    content, report = said.pop("content"), said.pop("report")
    return {**said, "length": len(content)}, _small(place, content + report)


def _verdict(place: Workplace, given: Header, body: bytes) -> Any:
    return place.session.validate(
        place.session.read(body, given["name"]),
        profile=given["profile"],
        as_of=service.day_named(given["as_of"]),
        fail_on=given["fail_on"],
    )


def _small(place: Workplace, content: bytes) -> bytes:
    answer = Answer(place.limits.result_mb)
    answer.write(content)
    return content


TASKS: dict[str, Task] = {"query": query, "named-query": named_query, "validate": validate, "assess": assess}
