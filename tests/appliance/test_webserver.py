"""The web server itself, with the smallest of applications behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from appliance.webserver import WebServer

BROWSERS, KEPT_BY_EACH = 20, 6  # the design load, and what a browser keeps open to one host


def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return (b"ok",)


@pytest.fixture
def server() -> Iterator[WebServer]:
    started = WebServer(application, ("127.0.0.1", 0))
    started.start()
    yield started
    started.stop()


def asked(connection: HTTPConnection) -> bytes:
    connection.request("GET", "/")
    return connection.getresponse().read()


def test_connections_that_browsers_keep_shut_nobody_out(server: WebServer) -> None:
    with ExitStack() as kept:
        for _ in range(BROWSERS * KEPT_BY_EACH):
            connection = kept.enter_context(closing(HTTPConnection("127.0.0.1", server.port, timeout=60)))
            assert asked(connection) == b"ok"
        one_more = kept.enter_context(closing(HTTPConnection("127.0.0.1", server.port, timeout=60)))
        assert asked(one_more) == b"ok"
