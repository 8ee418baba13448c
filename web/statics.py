"""Files of ours that browsers may keep for ever: the address of each holds a piece of its checksum.

They are read and squeezed once, so that a slow card and an old PC's network are asked for little.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_SQUEEZING_BYTES = 512


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is sent."""

    path: str
    content: bytes
    squeezed: bytes | None
    kind: str
    mark: str

    @property
    def url(self) -> str:
        return f"/static/{self.mark}/{self.path}"


def read(folder: Path = FOLDER) -> dict[str, Static]:
    """Every file below `folder`, by its path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".css", ".js", ".svg", ".png", ".woff2"}:
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            squeezed = gzip.compress(content, 9, mtime=0) if len(content) >= WORTH_SQUEEZING_BYTES else None
            kind = mimetypes.types_map.get(path.suffix, "application/octet-stream")
            found[name] = Static(name, content, squeezed, kind, hashlib.sha256(content).hexdigest()[:12])
    return found


def install(app: Flask) -> None:
    """Serve them at /static/<mark>/<path> and give templates `static('theme.css')`."""
    files = read()
    app.extensions["statics"] = files
    app.jinja_env.globals["static"] = lambda path: files[path].url

    @app.get("/static/<mark>/<path:path>", endpoint="static_file")
    def static_file(mark: str, path: str) -> Response:
        found = files.get(path)
        if found is None:
            abort(404)
        is_squeezed = found.squeezed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        body = found.squeezed if is_squeezed and found.squeezed is not None else found.content
        response = Response(body, content_type=f"{found.kind}; charset=utf-8")
        # A wrong mark is a page from before an update: it gets today's file, which must not be kept under that name.
        response.headers["Cache-Control"] = FOR_EVER if mark == found.mark else "no-store"
        response.headers["Vary"] = "Accept-Encoding"
        if is_squeezed:
            response.headers["Content-Encoding"] = "gzip"
        return response
