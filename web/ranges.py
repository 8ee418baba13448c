"""One part of a file, as players ask for it (HTTP Range, RFC 9110 chapter 14): 206 with the part, 416, or the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Response, request

Read = Callable[[int, int], Iterator[bytes]]


def answer(read: Read, size_bytes: int, content_type: str, version: str, close: Callable[[], None]) -> Response:
    """`read(start, length)` gives any part; `close` is called when the answer is over, in any case.

    Several ranges at once, which no player asks for, get the whole. `version` differs where parts don't fit together.
    """
    start, stop, is_part = 0, size_bytes, False
    if (wanted := request.range) is not None and wanted.units == "bytes" and len(wanted.ranges) == 1 and _fits(version):
        part = wanted.range_for_length(size_bytes)
        if part is None:
            close()
            return Response(status=416, headers={"Content-Range": f"bytes */{size_bytes}", "Accept-Ranges": "bytes"})
        start, stop, is_part = part[0], part[1], True
    response = Response(read(start, stop - start), 206 if is_part else 200, content_type=content_type)
    response.call_on_close(close)
    response.content_length = stop - start
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(version)
    if is_part:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size_bytes}"
    return response


def _fits(version: str) -> bool:
    """If-Range: a part is wanted only if nothing has changed since the last one."""
    condition = request.headers.get("If-Range")
    return condition is None or condition == f'"{version}"'
