"""An HTTP server that is really there, for clients that are not to be faked."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast


class Server(HTTPServer):
    """Answers every GET, HEAD and OPTIONS the same way.

    Attributes:
        asked: path and headers of each request, by name in lower case.
        methods: of each request.
        status, headers, body: the answer.
        ended: whether the answer ends after its body.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.methods: list[str] = []
        self.status = 200
        self.headers: Mapping[str, str] = {}
        self.body = b""
        self.ended = threading.Event()
        self.ended.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = cast("Server", self.server)
        server.methods.append(self.command)
        server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(server.body)
        server.ended.wait()

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_OPTIONS(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Says nothing."""


@contextmanager
def running() -> Iterator[Server]:
    """A server until the end of the block."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
