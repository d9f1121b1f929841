"""Run as a program: reads each bomb of one file in a process of its own, which has little time and memory, and tells how it went."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator

from reconciler.all_adapters import CATALOGUE
from reconciler.formats.edit import FormatError
from reconciler.mapping.adapter import Adapter, parse
from reconciler.mapping.documents import FileSpec, overlooked
from reconciler.mapping.hidden_text import hidden_text
from reconciler.mapping.secret_guard import leaks
from reconciler.model.names import RelPath
from reconciler.reconcile.validation import all_problems
from tests.torture.bombs import bombs, knocked_about

CPU_S = 2
MEMORY_BYTES = 300 * 1024 * 1024
Reader = Callable[[bytes], object]


def reader(path: str) -> Reader:
    """What reads such a file: a client's adapter, or the checks of the central repository."""
    adapter = next((a for a in CATALOGUE if any(_is_of(path, spec.path) for spec in a.specs)), None)
    return (lambda data: all_problems({path: data})) if adapter is None else lambda data: _client(adapter, path, data)


def _is_of(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _client(adapter: Adapter, path: str, data: bytes) -> None:
    places = {spec.key: spec.path for spec in adapter.specs if isinstance(spec, FileSpec)}
    overlooked(parse(adapter, {RelPath(path): data}, places, {spec.path for spec in adapter.specs}).docs)


def scanner(data: bytes) -> None:
    """What looks for secrets and for hidden characters."""
    text = data.decode("utf-8", "replace")
    leaks(text)
    hidden_text(text)


def within_bounds(read: Reader, data: bytes) -> str:
    """``ok``, or how the process ended, with the seconds and megabytes it took."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        os.write(into, _read(read, data).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as said:
        text = said.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return f"killed by signal {-code}" if code else text


def _read(read: Reader, data: bytes) -> str:
    try:
        read(data)
    except FormatError:
        pass
    except BaseException as error:
        return f"{type(error).__name__} {error!s:.200}"
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if used * 1024 > MEMORY_BYTES:
        return f"took {used // 1024} MB"
    return "ok"


def told(read: Reader, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    for name, data in files:
        yield name, within_bounds(read, data)


if __name__ == "__main__":
    path, what, *words = sys.argv[1:]
    if what == "fuzz":
        chosen = knocked_about(path, range(*map(int, words)))
    else:
        chosen = ((name, make()) for name, make in bombs(path).items() if not words or name in words)
    print(json.dumps(dict(told(scanner if what == "scan" else reader(path), chosen))))
