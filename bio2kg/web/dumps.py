"""``/dumps/…``: the release for download, whole and by graph; in parts too (range requests)."""

import hashlib
import shutil
import tempfile
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from pyoxigraph import NamedNode, Quad, QuerySolutions
from starlette.concurrency import run_in_threadpool

from bio2kg import dumps, paths, release
from bio2kg.catalogue.files import CSV, CSV_METADATA, Form
from bio2kg.errors import NotFoundError, StateError
from bio2kg.isolation import memory
from bio2kg.store import Store, select
from bio2kg.web import caching

router = APIRouter()
# What the release holds, by its own catalogue: a store may hold more, which is not ours to give away.
_GRAPHS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?g WHERE {
  GRAPH <https://w3id.org/bio2kg/graph/catalogue> { <https://w3id.org/bio2kg/id/dataset/bio2kg> dcterms:hasPart ?g }
}
"""
_SUM = ".sha256"
_LICENCE = "SELECT ?licence WHERE { VALUES ?g { UNDEF } ?g <http://purl.org/dc/terms/license> ?licence }"


class Files:
    """The files made so far, in a folder that goes when the server stops."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bio2kg-dumps-"))
        self._lock = Lock()
        self._lines: bytes | None = None

    def close(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def get(self, path: str, store: Store, known: str) -> Path:
        """The file behind a path, made when it is first asked for; after ``.sha256`` its hash as ``sha256sum`` has it.

        Raises NotFoundError if there is none.
        """
        if path.endswith(_SUM):
            file = path.removesuffix(_SUM)
            digest = hashlib.sha256(self.get(file, store, known).read_bytes()).hexdigest()
            place = self._folder / path.replace("/", "--")
            place.write_text(f"{digest}  {_name(file)}\n", encoding="utf-8")
            return place
        graph, form = dumps.of_path(path)
        place = self._folder / path.replace("/", "--")
        with self._lock:
            if not place.exists():
                if self._lines is None:
                    self._lines = _lines(store, known)
                place.write_bytes(dumps.content(self._lines, graph, form))
                memory.give_back()
        return place


@router.api_route("/dumps/{path:path}", methods=["GET", "HEAD"])
async def dump(request: Request, path: str) -> Response:
    """One file; a part of it for a Range header."""
    if ".." in path or "\\" in path or "\0" in path:
        raise NotFoundError("there is no such download", remedy="All files are in /catalog.")
    etag = caching.etag_of_release(request, "dump", path)
    graph, form = dumps.of_path(path.removesuffix(_SUM))
    headers = {"Accept-Ranges": "bytes", "Cache-Control": caching.CACHE_CONTROL, "Vary": "Accept-Encoding"}
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    files: Files = request.app.state.files
    store: Store = request.app.state.store
    place = await run_in_threadpool(files.get, path, store, request.app.state.released)
    links = await run_in_threadpool(_links, store, path, graph, form)
    if etag:
        headers["ETag"] = etag
    kind = "text/plain" if path.endswith(_SUM) else form.media_type
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return FileResponse(place, headers=headers | links, media_type=media_type, filename=_name(path))


def _name(path: str) -> str:
    """The name of a file where it is saved."""
    return path.replace("/", "-")


def _links(store: Store, path: str, graph: str, form: Form) -> dict[str, str]:
    """The graph that the file describes, its licence, and what describes the file."""
    if not graph:
        return {"Link": '</catalog>; rel="describedby"'}
    rows = select(store, _LICENCE, {"g": NamedNode(graph)})
    links = [f'<{graph}>; rel="describes"', *sorted({f'<{row["licence"].value}>; rel="license"' for row in rows})]
    if form == CSV and not path.endswith(_SUM):
        links.append(f'</dumps/{path}-metadata.json>; rel="describedby"; type="{CSV_METADATA.media_type}"')
    return {"Link": ", ".join(links)}


def _lines(store: Store, known: str) -> bytes:
    """The release that is served; what the store holds if it is no longer in its place, or comes from elsewhere."""
    try:
        manifest, content = release.read(paths.release())
        if manifest["sha256"] == known:
            return content
    except (NotFoundError, StateError):
        pass
    return dumps.of_store(_quads(store))


def _quads(store: Store) -> list[Quad]:
    found: Any = store.query(_GRAPHS)
    graphs = [row["g"] for row in found] if isinstance(found, QuerySolutions) else []
    return [Quad(t.subject, t.predicate, t.object, g) for g in graphs for t in store.read_graph(g)]
