"""waitress on a thread of its own, with a stop that works while browsers hold streams open."""

from __future__ import annotations

import threading
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

THREADS = 32  # an open stream of events holds one
# Twenty browsers keep six connections each, used or not. At waitress's own limit of 100 nobody new is let in until one
# of them has been idle for two minutes: the desk would stand still. Well below the 1,024 files a service may have open.
MOST_CONNECTIONS = 400
LARGEST_BODY_BYTES = 13 * 1024 * 1024  # a minute of sound as studios record it; a page may say less
STOP_WITHIN_S = 3
# What a browser has not yet taken waits in memory, and its worker with it. waitress would put more of it into a file
# in the clear, and what people said in calls may not lie there.
MOST_WAITING_BYTES = 512 * 1024


class WebServer(threading.Thread):
    """Serves one WSGI application."""

    def __init__(self, application: Any, listen: tuple[str, int], *, trusted_proxy: bool = False) -> None:
        """Bind at once. Raises OSError where the address is taken."""
        super().__init__(name="web", daemon=True)
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
        self._server = create_server(
            application,
            map=self._sockets,
            host=listen[0],
            port=listen[1],
            threads=THREADS,
            connection_limit=MOST_CONNECTIONS,
            channel_request_lookahead=1,
            send_bytes=1,
            outbuf_high_watermark=MOST_WAITING_BYTES,
            max_request_body_size=LARGEST_BODY_BYTES,
            ident=None,
            clear_untrusted_proxy_headers=True,
            **(proxy if trusted_proxy else {}),
        )

    @property
    def port(self) -> int:
        """The port it listens on, also where 0 was asked for."""
        return int(getattr(self._server, "effective_port", 0) or self._server.effective_listen[0][1])

    def run(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=30, use_poll=True, map=self._sockets, count=1)

    def stop(self) -> None:
        """Take no more requests, let those under way end, then close."""
        self._stopping.set()
        for channel in list(self._sockets.values()):
            if hasattr(channel, "pull_trigger"):
                channel.pull_trigger()
        if self.is_alive():
            self.join(STOP_WITHIN_S)
        self._server.task_dispatcher.shutdown(timeout=STOP_WITHIN_S)
        wasyncore.close_all(self._sockets, ignore_all=True)
