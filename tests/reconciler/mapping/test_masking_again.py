"""Everything that masking goes by makes it look again; nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import pytest

from reconciler.mapping.filling import Local
from reconciler.mapping.masking import mask
from reconciler.mapping.masking_again import masking
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from tests.fakes.vault import MemoryVault

SERVER, OTHER, RULE = EntityId("mcp/s"), EntityId("mcp/t"), EntityId("rules/r")
TOKEN, MODE, COMMAND = ("env", "TOKEN"), ("env", "MODE"), ("command",)
OLD, NEW = "Zq8" + "a7" * 10, "Zq8" + "b5" * 10
NAME = "s.env.TOKEN"


@cache
def digest_with(key: bytes) -> Callable[[str], str]:
    """The same one for the same key: another function might say something else."""
    return MemoryVault(key=key).hmac


@dataclass(frozen=True)
class Scene:
    """One server as a file holds it, what is expected of it, and what is known beside."""

    fields: Fields
    expected: Fields | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    key: bytes = b"a key"
    local: Local = field(default_factory=lambda: Local("/home/u", lambda _: None, frozenset(), str))

    @property
    def raw(self) -> Config:
        return {SERVER: self.fields, OTHER: {COMMAND: "npx"}}

    @property
    def wanted(self) -> Config:
        return {} if self.expected is None else {SERVER: self.expected}

    @property
    def known(self) -> Local:
        names = self.local.names or frozenset(self.values)
        return replace(self.local, value=dict(self.values).get, digest=digest_with(self.key), names=names)

    @property
    def vault(self) -> str:
        return str(sorted(self.values.items()))

    def knowing(self, **local: object) -> Scene:
        return replace(self, local=replace(self.local, **local))  # type: ignore[arg-type]


TOLD = Scene({TOKEN: OLD}, {TOKEN: f"${{secret:{NAME}}}"}, {NAME: OLD})
WRITTEN_OVER = Scene({MODE: "x"}, {MODE: "${env:A}"}).knowing(resolves_refs=True, environ={"A": "x"})
HELD_TWICE = Scene({TOKEN: OLD}, {TOKEN: f"${{secret:{NAME}}}"}, {NAME: NEW, f"{NAME}-2": OLD})
IN_TEXT = Scene({COMMAND: f"run {OLD}"}, None, {"a": OLD})

CHANGES: dict[str, tuple[Scene, Scene]] = {
    "the file": (TOLD, replace(TOLD, fields={TOKEN: NEW})),
    "what is expected": (WRITTEN_OVER, replace(WRITTEN_OVER, expected={MODE: "y"})),
    "that something is expected": (WRITTEN_OVER, replace(WRITTEN_OVER, expected=None)),
    "a value of the vault": (TOLD, replace(TOLD, values={NAME: NEW})),
    "a value that left the vault": (IN_TEXT, replace(IN_TEXT, values={})),
    "the names in the vault": (IN_TEXT, IN_TEXT.knowing(names=frozenset({"b"}))),
    "the key of digests": (TOLD, replace(TOLD, key=b"another key")),
    "what was last held": (HELD_TWICE, HELD_TWICE.knowing(agreed={NAME: digest_with(b"a key")(OLD)})),
    "a variable": (WRITTEN_OVER, WRITTEN_OVER.knowing(environ={"A": "y"})),
    "what the client resolved": (WRITTEN_OVER.knowing(environ={}, resolved={"A": "x"}), WRITTEN_OVER.knowing(environ={})),
    "whether the client resolves": (WRITTEN_OVER, WRITTEN_OVER.knowing(resolves_refs=False)),
    "a field that is said to be plain": (TOLD, TOLD.knowing(plain=frozenset({f"{SERVER}.env.TOKEN"}))),
    "a field that is said to be secret": (Scene({MODE: "x"}), Scene({MODE: "x"}).knowing(masked=frozenset({f"{SERVER}.env.MODE"}))),
    "the project": (Scene({TOKEN: OLD}, None, {NAME: OLD, f"project.p.{NAME}": OLD}), Scene({TOKEN: OLD}, None, {NAME: OLD, f"project.p.{NAME}": OLD}).knowing(project="p")),
    "the home folder": (Scene({COMMAND: "/home/u/x"}), Scene({COMMAND: "/home/u/x"}).knowing(home="/home/v")),
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("is_back", [False, True])
def test_each_thing_that_masking_goes_by_makes_it_look_again(what: str, is_back: bool) -> None:
    before, after = CHANGES[what] if not is_back else tuple(reversed(CHANGES[what]))
    first = masking(before.raw, before.wanted, before.known, before.vault)
    second = masking(after.raw, after.wanted, after.known, after.vault, first)
    assert second.masked == mask(after.raw, after.wanted, after.known)
    assert second.masked != first.masked


def test_what_changed_in_place_is_seen() -> None:
    environ = {"A": "x"}
    scene = WRITTEN_OVER.knowing(environ=environ)
    first = masking(scene.raw, scene.wanted, scene.known, scene.vault)
    environ["A"] = "y"
    assert masking(scene.raw, scene.wanted, scene.known, scene.vault, first).masked != first.masked


@pytest.mark.parametrize("vault", ["as it was", None])
def test_an_unchanged_server_is_looked_at_again_only_where_nobody_knows_the_vault(vault: str | None) -> None:
    asked: list[str] = []

    def value(name: str) -> str:
        asked.append(name)
        return OLD

    first = masking(TOLD.raw, TOLD.wanted, TOLD.known, vault)
    masking(TOLD.raw, TOLD.wanted, replace(TOLD.known, value=value, digest=first.local.digest), vault, first)
    assert bool(asked) == (vault is None)


def test_a_secret_that_no_longer_stands_anywhere_leaves_no_digest() -> None:
    first = masking(TOLD.raw, TOLD.wanted, TOLD.known, TOLD.vault)
    assert masking({OTHER: {COMMAND: "npx"}}, TOLD.wanted, TOLD.known, TOLD.vault, first).masked.digests == {}


def test_a_rule_with_a_new_secret_of_a_server_is_exposed() -> None:
    text: Fields = {("body",): f"use {NEW}\n"}
    first = masking({**TOLD.raw, RULE: text}, {RULE: text}, TOLD.known, TOLD.vault)
    second = masking({SERVER: {TOKEN: NEW}, RULE: text}, {}, TOLD.known, TOLD.vault, first)
    assert RULE in second.masked.exposed
