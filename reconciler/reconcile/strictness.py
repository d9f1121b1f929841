"""What `validate` and `plan` say of a checkout, beyond what keeps main from being in force: files that nobody reads,
clients that there are not, secrets in clear. A person can still mend them before they land.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from reconciler.all_adapters import ADAPTERS
from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.mapping.filling import Local
from reconciler.mapping.layers import Piece, PieceCache, place_of, read_repository
from reconciler.mapping.masking import mask, shown_name
from reconciler.mapping.secret_tokens import suspicious_text
from reconciler.model.fields import Fields, Path, dotted
from reconciler.model.names import KINDS, RULES, EntityId
from reconciler.model.results import Problem
from reconciler.reconcile.validation import all_problems

SETTINGS = "reconciler.yaml"
_TOP = (*KINDS, "overlays", "machines", "projects", "schemas")
_SUFFIX = {kind: ".md" if kind == RULES else ".yaml" for kind in KINDS}
_STAYS = "what is committed stays in the history, so replace the value too"
_REFER = f"put ${{env:NAME}} or ${{secret:name}} there; {_STAYS}"
_TAKE_OUT = f"take it out; {_STAYS}"


def strict_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """Everything that is wrong with a checkout, by path and line."""
    if SETTINGS not in files:
        return [Problem(SETTINGS, "it is missing: this folder is no checkout of a central repository", advice="name the folder that holds it")]
    found = [*all_problems(files), *_misplaced(files), *_unknown_clients(files), *secrets_in_clear(files)]
    return sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.column))


# ---------------------------------------------------------------- files that nobody reads


def _misplaced(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in sorted(files):
        parts = PurePosixPath(path).parts
        if len(parts) < 2 or parts[-1].startswith(".") or parts[-1] == "README.md" or place_of(path) is not None:
            continue
        inner = parts[2:] if parts[0] == "projects" else parts
        reason, advice = _why_unread(inner)
        if reason:
            yield Problem(path, f"nobody reads this file: {reason}", advice=advice)


def _why_unread(parts: tuple[str, ...]) -> tuple[str, str]:
    """Reason and advice; empty for a file that is no business of ours."""
    top = parts[0] if parts else ""
    if top == "machines":
        is_read = len(parts) == 2 and parts[1].endswith(".yaml")
        return ("", "") if is_read else ("a machine is machines/<name>.yaml", f"did you mean machines/{PurePosixPath(parts[1]).stem}.yaml?")
    at = next((i for i, part in enumerate(parts[:-1]) if part in KINDS), None)
    if top == "overlays" and (at is None or not _is_overlay(parts[1:at])):
        return "overlays are overlays/client/<client>/… and overlays/machine/<name>/…", "move it to one of these"
    if at is not None and (at == 0 or top == "overlays"):
        return _why_no_entity(parts[at], parts[at + 1 :])
    near = get_close_matches(top, _TOP, n=1, cutoff=0.75) if len(parts) > 1 and top not in _TOP else []
    return (f"there is no folder {top} here", f"did you mean {near[0]}?") if near else ("", "")


def _is_overlay(parts: tuple[str, ...]) -> bool:
    return tuple(parts[::2]) in (("client",), ("machine",), ("machine", "client")) and len(parts) % 2 == 0


def _why_no_entity(kind: str, rest: tuple[str, ...]) -> tuple[str, str]:
    wanted = f"{PurePosixPath(rest[-1]).stem}{_SUFFIX[kind]}"
    if len(rest) > 1:
        return f"files stand in {kind}/ itself, not in folders below it", f"move it to {kind}/{wanted}"
    return f"a file in {kind}/ ends with {_SUFFIX[kind]}", f"rename it to {wanted}"


# ---------------------------------------------------------------- clients that there are not


def _unknown_clients(files: Mapping[str, bytes]) -> Iterator[Problem]:
    for path in sorted(files):
        place = place_of(path)
        parts = place[0].split("/") if place else []
        client = parts[-1] if parts[-2:-1] in (["client"], ["local"]) else ""
        if client and client not in ADAPTERS:
            yield Problem(path, f"this version knows no client {client}", advice=_nearest(client))
        if path.startswith("machines/") and path.endswith(".yaml"):
            yield from _unknown_targets(path, files[path])


def _unknown_targets(path: str, data: bytes) -> Iterator[Problem]:
    try:
        value = yaml_text.read(data)
    except FormatError:
        return  # told already
    targets = value.get("targets") if isinstance(value, Mapping) else None
    for name in targets if isinstance(targets, Mapping) else ():
        client = str(name).split("/", 1)[0]
        if client not in ADAPTERS:
            yield Problem(path, f"this version knows no client {client}", *yaml_text.position(data, ("targets", name)), _nearest(client))


def _nearest(client: str) -> str:
    near = get_close_matches(client, list(ADAPTERS), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"it knows: {', '.join(ADAPTERS)}"


# ---------------------------------------------------------------- secrets in clear


def secrets_in_clear(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Every value that a client's file would not be captured with, by the lists in ``files``. The report shows no value."""
    local = Local("", lambda _: None, frozenset(), lambda _: "", plain=_names(files, "plain_values"), masked=_names(files, "masked_values"))
    for held in read_repository(files, PieceCache()).layers.values():
        for entity, pieces in held.items():
            for piece in pieces:
                yield from _secrets_of(entity, piece, files[piece.path], local)


def _names(files: Mapping[str, bytes], key: str) -> frozenset[str]:
    try:
        value = yaml_text.read(files.get(SETTINGS, b""))
    except FormatError:
        return frozenset()
    listed = value.get(key) if isinstance(value, Mapping) else None
    return frozenset(map(str, listed if isinstance(listed, list) else ()))


def _secrets_of(entity: EntityId, piece: Piece, data: bytes, local: Local) -> Iterator[Problem]:
    done = mask({entity: piece.fields}, {}, local)
    if entity in done.exposed:
        yield Problem(piece.path, f"{shown_name(entity)}: {done.exposed[entity]}", *_first_token(data), _TAKE_OUT)
        return
    for path, leaf in piece.fields.items():
        if done.config[entity].get(path) != leaf:
            yield Problem(piece.path, f"{dotted(path)} holds a secret in clear", *yaml_text.position(data, _at(path, leaf, done.config[entity])), _REFER)


def _at(path: Path, leaf: Any, masked: Fields) -> tuple[str | int, ...]:
    """The place of the first item of a list that is a secret, else of the field."""
    other = masked.get(path)
    if not isinstance(leaf, list) or not isinstance(other, list):
        return path
    return (*path, next(i for i, (a, b) in enumerate(zip(leaf, other, strict=True)) if a != b))


def _first_token(data: bytes) -> tuple[int, int]:
    """Where a file first holds what looks like a token; its start where only its sense tells."""
    text = data.decode("utf-8", "replace")
    start = next((a for a, _ in suspicious_text(text)), 0)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
