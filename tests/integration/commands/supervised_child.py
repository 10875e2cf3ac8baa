"""A small server that can misbehave: ``supervised_child.py PORT [stubborn] [parent]``."""

from __future__ import annotations

import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "parent" in sys.argv:
    print(f"grandchild {subprocess.Popen(['sleep', '300']).pid}", flush=True)
print(f"serving on {sys.argv[1]}", flush=True)
HTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler).serve_forever()
