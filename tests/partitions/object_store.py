"""An object store on loopback that speaks as much of S3 as writers and readers of Parquet ask for."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


class ObjectStore:
    """Objects by path, in memory; those that are uploaded in parts appear with the last."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path, asked = self._asked()
                if "uploadId" in asked:
                    store.parts[path][int(asked["partNumber"][0])] = body
                else:
                    store.objects[path] = body
                self._answer(200, b"", ETag='"e"')

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path, asked = self._asked()
                if "uploads" in asked:
                    store.parts[path] = {}
                    name = "InitiateMultipartUploadResult"
                    found = f"<{name}><UploadId>u</UploadId></{name}>"
                else:
                    parts = store.parts.pop(path)
                    store.objects[path] = b"".join(parts[number] for number in sorted(parts))
                    found = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
                self._answer(200, found.encode())

            def do_HEAD(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                body = store.objects.get(self._asked()[0])
                if body is None:
                    self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                    return
                wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
                if wanted is None:
                    self._answer(200, body, ETag='"e"')
                    return
                first, last = wanted.groups()
                start = int(first) if first else max(len(body) - int(last), 0)
                end = min(int(last), len(body) - 1) if first and last else len(body) - 1
                held = {"Content-Range": f"bytes {start}-{end}/{len(body)}", "ETag": '"e"'}
                self._answer(206, body[start : end + 1], **held)

            def _asked(self) -> tuple[str, dict[str, list[str]]]:
                parts = urlsplit(self.path)
                return parts.path, parse_qs(parts.query, keep_blank_values=True)

            def _answer(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Last-Modified", "Tue, 10 Mar 2026 06:00:00 GMT")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> ObjectStore:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
