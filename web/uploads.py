"""Files of a form: how large it may be, and that none of them touches the disk in clear."""

from __future__ import annotations

import io
from typing import IO

from flask import Flask, request

from appliance.attachments.attachments import Upload
from appliance.attachments.kinds import FIELD, MOST_BYTES, MOST_FILES

LARGEST_BYTES = MOST_FILES * MOST_BYTES + 64 * 1024  # with the other fields of its form
WITH_FILES = frozenset({"papers.enter", "unit_work.act"})


def install(app: Flask) -> None:
    """Before the guards: the form's token is the first that reads the form."""
    app.url_value_preprocessor(_prepare)


def files() -> list[Upload]:
    """The files of this form, as they came."""
    return [Upload(file.filename or "", file.read(MOST_BYTES + 1)) for file in request.files.getlist(FIELD)]


def _prepare(endpoint: str | None, values: dict[str, object] | None) -> None:
    if endpoint in WITH_FILES:
        request.max_content_length = LARGEST_BYTES
        request._get_file_stream = _in_memory  # type: ignore[method-assign]


def _in_memory(*_: object, **__: object) -> IO[bytes]:
    """Instead of Werkzeug's own, which parks what is larger than 500 KB in a temporary file."""
    return io.BytesIO()
