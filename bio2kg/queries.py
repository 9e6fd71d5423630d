"""Named queries: one ``.rq`` file is one question, with everything that people and programs need to ask it.

The lines that begin with ``#+`` hold YAML: title, description, parameters, columns, tags, example. The rest is SPARQL
1.1 that runs as it stands. From each file come the command, the REST operation, the page and its documentation.
"""

import re
import shlex
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from bio2kg import paths, yamltext
from bio2kg.errors import InputError, NotFoundError

TYPES = (
    "assessment",
    "boolean",
    "concept",
    "control",
    "date",
    "decimal",
    "duration",
    "edition",
    "framework",
    "graph",
    "integer",
    "language",
    "mapping-set",
    "measure",
    "provision",
    "string",
    "thing",
    "words",
)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_BLOCK = re.compile(r"VALUES\s+\?(\w+)\s*\{[^{}\n]*\}")


@dataclass(frozen=True)
class Text:
    """A text in Dutch and English."""

    nl: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.nl if language == "nl" else self.en


_SEPARATORS = {
    " ": Text("gescheiden door een spatie", "separated by a space"),
    "; ": Text("gescheiden door een puntkomma", "separated by a semicolon"),
}


@dataclass(frozen=True)
class Parameter:
    """What a query asks for. ``list`` names the code list of a concept, ``framework`` that of an edition."""

    name: str
    type: str
    description: Text
    required: bool
    default: Any = None
    multiple: bool = False
    list: str | None = None
    framework: str | None = None
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Column:
    """A column of the answer and what it means. ``list`` is what separates the items, if its values are lists."""

    name: str
    meaning: Text
    list: str | None = None


@dataclass(frozen=True)
class NamedQuery:
    """A question: its file, its text as it stands, and what its header says."""

    name: str
    text: str
    title: Text
    description: Text
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    tags: tuple[str, ...]
    example: dict[str, Any]

    def parameter(self, name: str) -> Parameter:
        """The parameter of this name. Raises InputError that lists what there is."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(p.name for p in self.parameters) or "none"
        raise InputError(f"the query {self.name} has no parameter “{name}”", remedy=f"It has: {known}.")

    def example_given(self) -> dict[str, list[str]]:
        """The example's values as a caller types them."""
        return {name: texts(value) for name, value in self.example.items()}

    def example_command(self) -> str:
        """The command line that asks the example, quoted for a shell."""
        words = ["bio2kg", "query", self.name]
        for name, given in self.example_given().items():
            for text in given:
                words += ["--param", f"{name}={text}"]
        return shlex.join(words)


def texts(value: object) -> list[str]:
    """A value of a header as a caller types it: a list as several values, true and false in small letters."""
    values = value if isinstance(value, list) else [value]
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in values]


def load(folder: Path | None = None) -> dict[str, NamedQuery]:
    """Every query by name, sorted. Raises InputError with file, line and reason for the first that is not right."""
    folder = folder or paths.files() / "queries"
    files = sorted(folder.glob("*.rq"))
    return {path.stem: read(path) for path in files}


def read(path: Path) -> NamedQuery:
    """The query of a file. Raises InputError with file, line and reason if something is not right."""
    return _read(path, path.stat().st_mtime_ns)


def get(name: str, queries: dict[str, NamedQuery]) -> NamedQuery:
    """The query of this name. Raises NotFoundError that names the nearest."""
    if name in queries:
        return queries[name]
    from difflib import get_close_matches

    near = get_close_matches(name, queries, 3, 0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "See the list of queries."
    raise NotFoundError(f"there is no query “{name}”.", remedy=hint)


@lru_cache(maxsize=1024)
def _read(path: Path, _changed: int) -> NamedQuery:
    try:
        return _Header(path, path.read_text(encoding="utf-8")).query()
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=str(path), remedy="Save it as UTF-8.") from error


class _Header:
    """The reading of one file, which knows on which line what stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = text.splitlines()

    def query(self) -> NamedQuery:
        if not _NAME.fullmatch(self.path.stem):
            raise self._wrong(1, "the name of the file must be words in lower case with hyphens")
        header = self._yaml()
        unknown = header.keys() - {"title", "description", "parameters", "columns", "tags", "example"}
        if unknown:
            raise self._wrong(self._line(str(min(unknown))), f"“{min(unknown)}” is not a known part of a header")
        parameters = tuple(self._parameter(p) for p in self._list(header, "parameters"))
        columns = tuple(self._column(c) for c in self._list(header, "columns"))
        query = NamedQuery(
            self.path.stem,
            self.text,
            self._both(header, "title"),
            self._both(header, "description"),
            parameters,
            columns,
            tuple(str(tag) for tag in self._list(header, "tags")),
            header.get("example") or {},
        )
        self._agree(query)
        return query

    def _yaml(self) -> dict[str, Any]:
        head = [(number, line) for number, line in enumerate(self.lines, 1) if line.startswith("#+")]
        if not head:
            raise self._wrong(1, "the header is missing: lines that begin with #+")
        try:
            content = yamltext.load("\n".join(line[2:].removeprefix(" ") for _, line in head))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = head[min(mark.line, len(head) - 1)][0] if mark else head[0][0]
            raise self._wrong(line, f"the header is not YAML: {getattr(error, 'problem', error)}") from error
        if not isinstance(content, dict):
            raise self._wrong(head[0][0], "the header must be a YAML mapping")
        return content

    def _parameter(self, given: dict[str, Any]) -> Parameter:
        name = self._word(given, "name")
        line = self._line(name)
        kind = given.get("type")
        if kind not in TYPES:
            raise self._wrong(line, f"the type “{kind}” of {name} is not known; types are {', '.join(TYPES)}")
        if kind == "concept" and not given.get("list"):
            raise self._wrong(line, f"the parameter {name} is a concept and names no list")
        known = {
            "name",
            "type",
            "description",
            "required",
            "default",
            "multiple",
            "list",
            "framework",
            "values",
            "minimum",
            "maximum",
        }
        if unknown := given.keys() - known:
            raise self._wrong(line, f"“{min(unknown)}” is not a known part of the parameter {name}")
        return Parameter(
            name,
            str(kind),
            self._text(given.get("description") or {}, line),
            bool(given.get("required", "default" not in given)) and "default" not in given,
            given.get("default"),
            bool(given.get("multiple", False)),
            given.get("list"),
            given.get("framework"),
            tuple(str(v) for v in given.get("values") or ()),
            given.get("minimum"),
            given.get("maximum"),
        )

    def _column(self, given: dict[str, Any]) -> Column:
        name = self._word(given, "name")
        line = self._line(name)
        if unknown := given.keys() - {"name", "nl", "en", "list"}:
            raise self._wrong(line, f"“{min(unknown)}” is not a known part of the column {name}")
        meaning, separator = self._text(given, line), given.get("list")
        if separator is None:
            return Column(name, meaning)
        if not isinstance(separator, str) or separator not in _SEPARATORS:
            known = " or ".join(f'"{text}"' for text in _SEPARATORS)
            raise self._wrong(line, f"the list of {name} is not separated by {known}")
        said = _SEPARATORS[separator]
        return Column(name, Text(f"{meaning.nl}, {said.nl}", f"{meaning.en}, {said.en}"), separator)

    def _agree(self, query: NamedQuery) -> None:
        """The header must say what the query does: parameters, columns and example."""
        sparql = "\n".join("" if line.startswith("#+") else line for line in self.lines)
        blocks = {match[1]: self.text[: match.start()].count("\n") + 1 for match in _BLOCK.finditer(self.text)}
        for parameter in query.parameters:
            if parameter.name not in blocks:
                raise self._wrong(
                    self._line(parameter.name), f"the query has no VALUES ?{parameter.name} {{ … }} for its parameter"
                )
        declared = {p.name for p in query.parameters}
        for name, line in blocks.items():
            if name not in declared:
                raise self._wrong(line, f"VALUES ?{name} {{ … }} is no parameter of the header")
        for name in query.example:
            if name not in declared:
                raise self._wrong(self._line("example"), f"the example names “{name}”, which is no parameter")
        for parameter in query.parameters:
            if parameter.required and parameter.name not in query.example:
                raise self._wrong(self._line("example"), f"the example lacks the required parameter {parameter.name}")
        try:
            answer = ox.Store().query(sparql)
        except SyntaxError as error:
            place = re.match(r"error at (\d+)", str(error))
            raise self._wrong(
                int(place[1]) if place else 1, "the query is not valid SPARQL 1.1 here, or just before"
            ) from error
        variables = [v.value for v in answer.variables] if isinstance(answer, ox.QuerySolutions) else None
        del answer  # it may only be let go in this thread, and an error below would carry it elsewhere
        if variables is None:
            raise self._wrong(1, "a named query must be a SELECT")
        if variables != [c.name for c in query.columns]:
            raise self._wrong(self._line("columns"), f"the columns are {', '.join(variables)} in the query")

    def _both(self, header: dict[str, Any], key: str) -> Text:
        return self._text(header.get(key) or {}, self._line(key), key)

    def _text(self, given: object, line: int, what: str = "description") -> Text:
        texts = given if isinstance(given, dict) else {}
        if not (texts.get("nl") and texts.get("en")):
            raise self._wrong(line, f"the {what} is missing in Dutch (nl) or English (en)")
        return Text(str(texts["nl"]).strip(), str(texts["en"]).strip())

    def _list(self, header: dict[str, Any], key: str) -> list[Any]:
        given = header.get(key) or []
        if not isinstance(given, list):
            raise self._wrong(self._line(key), f"{key} must be a list")
        return given

    def _word(self, given: object, key: str) -> str:
        value = given.get(key) if isinstance(given, dict) else None
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]\w*", value):
            raise self._wrong(self._line(str(value)), f"the {key} “{value}” is not one word")
        return value

    def _line(self, word: str) -> int:
        """The first header line on which a word stands."""
        return self._first_lines.get(word, 1)

    @cached_property
    def _first_lines(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, line in enumerate(self.lines, 1):
            if line.startswith("#+"):
                for word in re.findall(r"\w+", line):
                    found.setdefault(word, number)
        return found

    def _wrong(self, line: int, reason: str) -> InputError:
        return InputError(reason, where=f"{self.path}:{line}", remedy="See docs/how-to/add-a-question.md.")
