"""Real Git hosts on loopback: `git http-backend` with basic authentication, and sshd."""

from __future__ import annotations

import base64
import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin:/usr/bin")
USER, WORD = "ann", "let-" + "me-in"


@contextmanager
def http_host(root: Path) -> Iterator[str]:
    """The address of a host whose repositories lie in ``root``; they take pushes of whoever knows the password."""
    handler = type("Handler", (_Backend,), {"root": root})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{USER}@127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def helper(folder: Path, password: str = WORD) -> dict[str, str]:
    """Settings of a user whose credential helper knows the password."""
    program = folder / "helper"
    program.write_text(f"#!/bin/sh\necho username={USER}\necho password={password}\n")
    program.chmod(0o755)
    (folder / ".gitconfig").write_text(f"[credential]\n\thelper = {program}\n")
    return {"HOME": str(folder)}


class _Backend(BaseHTTPRequestHandler):
    root: Path

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        given = self.headers.get("Authorization", "")
        if given != "Basic " + base64.b64encode(f"{USER}:{WORD}".encode()).decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _pass_on(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        environ = {
            "PATH": os.defpath, "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": USER, "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "HOME": "/nowhere",
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        }  # fmt: skip
        out = subprocess.run(["git", "http-backend"], input=body, env=environ, capture_output=True, check=True).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def ssh_host(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a host, and the settings of a user who knows its key and has one of their own."""
    folder.chmod(0o700)
    for name in ("host", "mine"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    (folder / "allowed").write_bytes((folder / "mine.pub").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {folder}/host", f"AuthorizedKeysFile {folder}/allowed", f"PidFile {folder}/pid"]
    words += ["PasswordAuthentication no", "KbdInteractiveAuthentication no", "UsePAM no", "StrictModes no"]
    (folder / "sshd_config").write_text("\n".join(words) + "\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config")], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        key = (folder / "host.pub").read_text()
        (folder / "known").write_text(f"[127.0.0.1]:{port} {key}")
        ssh = f"ssh -F none -i {folder}/mine -o IdentitiesOnly=yes -o UserKnownHostsFile={folder}/known"
        yield f"ssh://{getpass.getuser()}@127.0.0.1:{port}", {"HOME": str(folder), "GIT_SSH_COMMAND": ssh}
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < end, "sshd did not start"
            time.sleep(0.02)
