"""What can be taken away, as bytes that are made while they are sent: files and rows, of what is ours alone, secrets hidden."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.errors import Stalled
from reconciler.ports.accounts import Audit
from reconciler.ports.logs import Logs
from reconciler.reconcile import history
from reconciler.reconcile.file_texts import shown
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import rendered
from reconciler.reconcile.targets import named

What = Literal["configs", "client", "history", "logs", "audit"]
Form = Literal["zip", "jsonl", "csv"]
FILES = frozenset({"configs", "client"})

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "configs": ("path", "text"),
    "client": ("path", "text"),
    "history": ("revision", "parents", "at", "author", "subject", "trailers"),
    "logs": ("at", "level", "event", "target", "session", "revision", "fields"),
    "audit": ("id", "created_at", "actor", "action", "target", "details"),
}
_AT_ONCE = 1000
_CHUNK = 1 << 16
_DAY_ONE = (1980, 1, 1, 0, 0, 0)
"""Of every entry, so that the same content is the same archive."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Wanted:
    """``filters`` are those of the searches for logs and audit. Without a ``form``: zip for files, JSON lines for rows."""

    what: What
    client: str = ""
    form: Form | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def ending(self) -> Form:
        return self.form or ("zip" if self.what in FILES else "jsonl")


@dataclass(frozen=True)
class Sources:
    """Where it comes from. ``engine`` makes one that writes nothing; ``now`` bounds what comes while rows are sent."""

    engine: Callable[[], Reconciler]
    audit: Audit
    logs: Logs
    now: Callable[[], float]


def exported(sources: Sources, wanted: Wanted) -> Iterator[bytes]:
    """The content, part by part. Raises ``Stalled`` before the first part when there is nothing to take away."""
    files = _files(sources, wanted) if wanted.what in FILES else None
    rows = ({"path": path, "text": text} for path, text in files.items()) if files is not None else _rows(sources, wanted)
    if wanted.ending == "csv":
        return _table(rows, _COLUMNS[wanted.what])
    if wanted.ending == "jsonl":
        return _lines(rows)
    return _archive(_encoded(files) if files is not None else ((f"{wanted.what}.jsonl", _lines(rows)),))


# ---------------------------------------------------------------- what


def _files(sources: Sources, wanted: Wanted) -> dict[str, str]:
    """The central repository's files, or one target's as main has them for it."""
    engine = sources.engine()
    main = engine.centre.main()
    if main is None:
        raise Stalled("there is no repository yet; run `reconciler init`")
    if wanted.what == "client":
        return rendered(engine, named(engine.targets(), [wanted.client])[0])
    plain = [str(name) for name in engine.centre.settings(main).list("plain_values")]
    return {path: shown(path, data, plain) or "" for path, data in sorted(engine.ports.store.files(main).items())}


def _rows(sources: Sources, wanted: Wanted) -> Iterator[dict[str, Any]]:
    if wanted.what == "history":
        return (history.commit_json(c) for c in history.log(sources.engine()))
    search: Callable[..., tuple[list[Any], int]] = sources.logs.search if wanted.what == "logs" else sources.audit.search
    return _searched(search, {"until": str(sources.now() + 1), **wanted.filters})


def _searched(search: Callable[..., tuple[list[Any], int]], filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Newest first, page by page; what comes meanwhile would move the pages, so there is always an ``until``."""
    offset = 0
    while True:
        rows, _ = search(filters, _AT_ONCE, offset)
        yield from (dict(vars(row)) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        offset += _AT_ONCE


# ---------------------------------------------------------------- how


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    return (json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n" for row in rows)


def _table(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
        yield out.getvalue().encode("utf-8", "replace")
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def _cell(value: Any) -> str:
    """Structures as JSON. A text that a spreadsheet would take for a formula gets a quote before it."""
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _encoded(files: Mapping[str, str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    return ((path, iter((text.encode("utf-8", "replace"),))) for path, text in files.items())


class _Sent(io.RawIOBase):
    """What was written since it was last taken; it cannot be sought in, so an archive is written straight on."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def taken(self) -> bytes:
        data, self.parts, self.size = b"".join(self.parts), [], 0
        return data


def _archive(entries: Iterable[tuple[str, Iterator[bytes]]]) -> Iterator[bytes]:
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, parts in entries:
            about = zipfile.ZipInfo(path, _DAY_ONE)
            about.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(about, "w", force_zip64=True) as entry:
                for part in parts:
                    entry.write(part)
                    if sent.size >= _CHUNK:
                        yield sent.taken()
    yield sent.taken()
