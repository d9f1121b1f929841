"""A client's files as its share of a config alone would make them, and how two of these differ.

For people to read: no byte of a client's file that is not ours is in it, and no secret value. ``<secret NAME>`` and
``~`` stand for what each machine fills in.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.errors import Stalled
from reconciler.mapping.adapter import Adapter, held, parse, render
from reconciler.mapping.documents import FileSpec, FolderSpec
from reconciler.mapping.hidden_text import hidden_text
from reconciler.mapping.masking import Local, fill, mask, shown_name
from reconciler.model.fields import Config
from reconciler.model.names import RelPath

_CONTEXT_LINES = 3


@dataclass(frozen=True)
class Preview:
    """``left_out`` says what could not be shown, and why."""

    files: Mapping[RelPath, str]
    left_out: tuple[str, ...] = field(default=())


def preview(adapter: Adapter, config: Config, plain: frozenset[str] = frozenset()) -> Preview:
    """The files of a client that has nothing else, by path. ``plain`` are fields that a person declared no secret."""
    local = Local("~", lambda name: f"<secret {name}>", frozenset(), lambda _: "", plain=plain)
    safe = mask(held(adapter, config).config, {}, Local("", lambda _: None, frozenset(), lambda _: "", plain=plain))
    left_out = [f"{shown_name(e)}: {why}" for e, why in safe.exposed.items()]
    nothing = parse(adapter, {}, _places(adapter), {s.path for s in adapter.specs if isinstance(s, FolderSpec)})
    wanted = {e: f for e, f in fill(safe.config, local).config.items() if nothing.reading.config.get(e) != f}
    try:
        files = render(adapter, nothing, wanted) if wanted else {}
    except Stalled as error:
        return Preview({}, (*left_out, str(error)))
    return Preview({path: _shown(data) for path, data in files.items() if data is not None}, tuple(left_out))


def _places(adapter: Adapter) -> dict[str, RelPath]:
    return {s.key: s.path for s in adapter.specs if isinstance(s, FileSpec)}


def _shown(data: bytes) -> str:
    """The text with characters that nobody sees written out: a reviewer must see what a client will read."""
    text = data.decode("utf-8", "replace")
    for at, name in reversed(hidden_text(text)):
        text = f"{text[:at]}⟨{name}⟩{text[at + 1 :]}"
    return text


def file_diffs(before: Preview, after: Preview, root: str = "~") -> dict[RelPath, str]:
    """A unified diff of each file that differs. ``root`` is what its path is shown below."""
    out = {}
    for path in sorted({**before.files, **after.files}):
        old, new = before.files.get(path, ""), after.files.get(path, "")
        if old != new:
            names = [f"{root}/{path}" if path in p.files else "/dev/null" for p in (before, after)]
            rows = difflib.unified_diff(old.splitlines(), new.splitlines(), names[0], names[1], lineterm="", n=_CONTEXT_LINES)
            out[path] = "\n".join(rows) + "\n"
    return out
