"""A real Prometheus that scrapes one address and judges the shipped rules, and its `promtool`."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
WHY_NOT = "" if PROMETHEUS and PROMTOOL else "prometheus is not installed (Debian: apt-get install prometheus)"
DEADLINE_S = 60.0
"""Only a broken one needs this long."""
_OPENER = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Prometheus:
    address: str

    def asked(self, path: str, **query: str) -> Any:
        """The data of an answer. An expression that it does not understand raises ``HTTPError``."""
        with _OPENER.open(f"{self.address}/api/v1/{path}?{urlencode(query)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def series(self, expression: str) -> list[Any]:
        found: list[Any] = self.asked("query", query=expression)["result"]
        return found

    def until_series(self, expression: str) -> list[Any]:
        """The first that there are: a rate needs two scrapes."""
        end = time.monotonic() + DEADLINE_S
        while not (found := self.series(expression)):
            assert time.monotonic() < end, f"it stayed empty: {expression}"
            time.sleep(0.1)
        return found


@contextmanager
def prometheus(folder: Path, scraped: str, rules: Path) -> Iterator[Prometheus]:
    config = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"},
        "rule_files": [str(rules)],
        "scrape_configs": [{"job_name": "reconciler", "static_configs": [{"targets": [scraped]}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [str(PROMETHEUS), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            _await(process, f"http://{address}/-/ready", folder / "said")
            yield Prometheus(f"http://{address}")
        finally:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str, said: Path) -> None:
    end = time.monotonic() + DEADLINE_S
    while process.poll() is None and time.monotonic() < end:
        try:
            with _OPENER.open(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"prometheus did not start:\n{said.read_text()}")
