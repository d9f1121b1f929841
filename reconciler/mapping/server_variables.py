"""Fields of clients that cannot expand ``${X}`` in a text and name environment variables in keys of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconciler.mapping.server_fields import Leaves, NativePath, NotUnderstood
from reconciler.mapping.templates import Env, Literal, parse
from reconciler.model.fields import Fields, Path


@dataclass(frozen=True)
class PassedVariables:
    """A list of variable names that are passed on under their own names: ``env.X = ${env:X}``."""

    native: NativePath
    path: Path
    plain: NativePath

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        names = leaves.pop(self.native, [])
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise NotUnderstood(f"{'.'.join(self.native)}: expected a list of names")
        out.update({(*self.path, name): f"${{env:{name}}}" for name in names})

    def give(self, fields: Fields, leaves: Leaves) -> None:
        names = [p[-1] for p, v in fields.items() if p[:-1] == self.path and v == f"${{env:{p[-1]}}}"]
        for name in names:
            leaves.pop((*self.plain, name), None)
        if names:
            leaves[self.native] = names


@dataclass(frozen=True)
class HeaderVariables:
    """A map of header to the variable that holds its whole value."""

    native: NativePath
    path: Path
    plain: NativePath

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        for at in [p for p in leaves if p[:-1] == self.native]:
            out[(*self.path, at[-1])] = f"${{env:{leaves.pop(at)}}}"

    def give(self, fields: Fields, leaves: Leaves) -> None:
        for path, value in fields.items():
            if path[:-1] == self.path and (name := _whole(value)):
                leaves.pop((*self.plain, path[-1]), None)
                leaves[(*self.native, path[-1])] = name


@dataclass(frozen=True)
class BearerVariable:
    """The variable that holds the token of ``Authorization: Bearer``."""

    native: NativePath
    path: Path
    plain: NativePath

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        if self.native in leaves:
            out[self.path] = f"Bearer ${{env:{leaves.pop(self.native)}}}"

    def give(self, fields: Fields, leaves: Leaves) -> None:
        value = fields.get(self.path)
        parts = parse(value) if isinstance(value, str) else ()
        if len(parts) == 2 and parts[0] == Literal("Bearer ") and isinstance(parts[1], Env) and parts[1].default is None:
            leaves.pop(self.plain, None)
            leaves[self.native] = parts[1].name


def _whole(value: Any) -> str | None:
    """The name of the variable that the whole text is, without a default."""
    parts = parse(value) if isinstance(value, str) else ()
    return parts[0].name if len(parts) == 1 and isinstance(parts[0], Env) and parts[0].default is None else None
