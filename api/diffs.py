"""Differences as the dashboard draws them: fields, and unified diffs parsed into hunks."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field
from unidiff import PatchedFile, PatchSet
from unidiff.patch import Hunk, Line

_KINDS = {" ": "context", "+": "added", "-": "removed"}


class By(BaseModel):
    """Who made a change, from which target, when, in which commit."""

    target: str | None = Field(examples=["laptop-1/codex/user"])
    author: str | None = Field(examples=["Codex CLI on laptop-1"])
    at: float | None = Field(examples=[1780000000.0])
    revision: str | None = Field(examples=["4f2c1a9b"])


class FieldChanged(BaseModel):
    """``field`` null is the whole entity; a null value is absence. Secrets are references."""

    entity: str = Field(examples=["mcp/github"])
    field: str | None = Field(examples=["args"])
    before: Any = Field(examples=[["--limit", "5"]])
    after: Any = Field(examples=[["--limit", "10"]])
    by: By | None = Field(default=None)


class DiffLine(BaseModel):
    kind: Literal["context", "added", "removed"] = Field(examples=["added"])
    source: int | None = Field(description="Its line number before.", examples=[None])
    target: int | None = Field(description="Its line number after.", examples=[3])
    text: str = Field(examples=["args = [\"--limit\", \"10\"]"])


class DiffHunk(BaseModel):
    source_start: int = Field(examples=[1])
    source_length: int = Field(examples=[3])
    target_start: int = Field(examples=[1])
    target_length: int = Field(examples=[4])
    section: str = Field(examples=[""])
    lines: list[DiffLine]


class FileChanged(BaseModel):
    """``text`` is the unified diff, with git's own first line."""

    path: str = Field(examples=[".codex/config.toml"])
    status: Literal["added", "removed", "modified"] = Field(examples=["modified"])
    added: int = Field(examples=[1])
    removed: int = Field(examples=[1])
    hunks: list[DiffHunk]
    text: str = Field(examples=["diff --git a/.codex/config.toml b/.codex/config.toml\n…"])


def files_of(diff: str) -> list[dict[str, Any]]:
    """Each file of a unified diff."""
    return [_file(found, part) for found, part in zip(PatchSet(diff), _parts(diff), strict=True)]


def _parts(diff: str) -> list[str]:
    parts: list[list[str]] = []
    for line in diff.split("\n")[:-1]:
        if line.startswith("diff --git "):
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(part) + "\n" for part in parts]


def _file(found: PatchedFile, text: str) -> dict[str, Any]:
    status = "added" if found.is_added_file else "removed" if found.is_removed_file else "modified"
    return {
        "path": found.path,
        "status": status,
        "added": found.added,
        "removed": found.removed,
        "hunks": [_hunk(h) for h in found],
        "text": text,
    }


def _hunk(hunk: Hunk) -> dict[str, Any]:
    head = {"source_start": hunk.source_start, "source_length": hunk.source_length, "target_start": hunk.target_start}
    return {**head, "target_length": hunk.target_length, "section": hunk.section_header, "lines": [_line(line) for line in hunk if line.line_type in _KINDS]}


def _line(line: Line) -> dict[str, Any]:
    return {"kind": _KINDS[line.line_type], "source": line.source_line_no, "target": line.target_line_no, "text": line.value.rstrip("\n")}
