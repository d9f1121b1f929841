"""Files of the repository as they may be shown: what a person committed by mistake and looks like a secret is hidden."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from reconciler.mapping.filling import Local
from reconciler.mapping.layers import PieceCache, read_repository
from reconciler.mapping.masking import mask
from reconciler.mapping.printable import HIDDEN
from reconciler.mapping.secret_guard import leaks
from reconciler.model.names import Revision
from reconciler.reconcile.passes import Reconciler


def commit_diff(engine: Reconciler, revision: Revision) -> str:
    """A unified diff of what a commit changed against its first parent, as git writes one."""
    store = engine.ports.store
    commit = store.read(revision)
    plain = [str(name) for name in engine.centre.settings(commit.revision).list("plain_values")]
    found = store.changes(commit.parents[0] if commit.parents else None, commit.revision)
    return "".join(file_diff(path, shown(path, old, plain), shown(path, new, plain)) for path, (old, new) in found.items())


def shown(path: str, data: bytes | None, plain: Collection[str] = ()) -> str | None:
    """The text of a file with secrets hidden; None where there is no file."""
    if data is None:
        return None
    text = data.decode("utf-8", "replace")
    for secret in sorted({*leaks(text), *_values(path, data, plain)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _values(path: str, data: bytes, plain: Collection[str]) -> list[str]:
    """Values that are secrets by their name or place. A file with one that cannot be told from the rest is hidden whole."""
    local = Local("", lambda _: None, frozenset(), lambda _: "", plain=frozenset(plain))
    out: list[str] = []
    for layer in read_repository({path: data}, PieceCache()).layers.values():
        for entity, pieces in layer.items():
            for piece in pieces:
                done = mask({entity: piece.fields}, {}, local)
                out += [data.decode("utf-8", "replace")] if done.exposed else done.stored.values()
    return [value for value in out if value]


def file_diff(path: str, old: str | None, new: str | None) -> str:
    """A unified diff of one file with git's own first line; empty when both are the same."""
    if old == new:
        return ""
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    kind = "new file mode 100644\n" if old is None else "deleted file mode 100644\n" if new is None else ""
    rows = difflib.unified_diff(_lines(old), _lines(new), *names)
    body = "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
    return f"diff --git a/{path} b/{path}\n{kind}{body}"


def _lines(text: str | None) -> list[str]:
    """At line feeds alone, as git does; Python knows more ends of lines."""
    return [line for line in (text or "").replace("\n", "\n\0").split("\0") if line]
