"""Masking that goes by an earlier look says just what masking anew says, whatever has changed in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from reconciler.mapping.filling import Local, fill
from reconciler.mapping.masking import Masked, mask
from reconciler.mapping.masking_again import Masking, masking
from reconciler.model.fields import Config, Fields, flat
from reconciler.model.names import EntityId
from tests.fakes.vault import MemoryVault
from tests.property.secret_servers import SECRETS, servers

NAMES = st.sampled_from([EntityId(f"mcp/{name}") for name in "abc"])
VARIABLES = st.sampled_from(["A", "B", "HOST"])
PLACES = st.sampled_from([f"mcp/{name}.env.{key}" for name in "abc" for key in ("API_KEY", "TOKEN", "MODE")])
TEXT = EntityId("rules/notes")


@dataclass(frozen=True)
class Scene:
    """All that masking goes by, and the vault, which changes in place as a real one does."""

    vault: MemoryVault = field(default_factory=MemoryVault)
    raw: Config = field(default_factory=dict)
    expected: Config = field(default_factory=dict)
    local: Mapping[str, Any] = field(default_factory=dict)

    def seen(self) -> Local:
        return Local("/home/u", self.vault.get, frozenset(self.vault.names()), self.vault.hmac, **self.local)

    def knowing(self, **local: Any) -> Scene:
        return replace(self, local={**self.local, **local})

    def holding(self, entity: EntityId, fields: Fields | None) -> Scene:
        return replace(self, raw={e: f for e, f in {**self.raw, entity: fields}.items() if f is not None})

    def kept(self, values: Mapping[str, str | None]) -> Scene:
        self.vault.put(values)
        return self


Change = Any
"""From a scene and what masking last said of it to the next scene."""


def edited() -> st.SearchStrategy[Change]:
    return st.builds(lambda name, server: lambda scene, _: scene.holding(name, flat("mcp", server)), NAMES, servers())


def removed() -> st.SearchStrategy[Change]:
    return NAMES.map(lambda name: lambda scene, _: scene.holding(name, None))


def told() -> st.SearchStrategy[Change]:
    """A value of the vault, or one that will be there, in a text."""

    def change(number: int, other: str) -> Change:
        def with_text(scene: Scene, _: Masked) -> Scene:
            values = [value for name in scene.vault.names() if (value := scene.vault.get(name))]
            return scene.holding(TEXT, {("body",): f"use {[*values, other][number % (len(values) + 1)]} there\n"})

        return with_text

    return st.builds(change, st.integers(0, 9), SECRETS)


def agreed(scene: Scene, last: Masked) -> Scene:
    """As after a pass: the vault has what was found, main what was masked, and the files what main says."""
    after = replace(scene, expected=last.config).kept(last.stored).knowing(agreed=dict(last.digests))
    return replace(after, raw={**after.raw, **fill(after.expected, after.seen()).config})


def unexpected() -> st.SearchStrategy[Change]:
    return NAMES.map(lambda name: lambda scene, _: replace(scene, expected={e: f for e, f in scene.expected.items() if e != name}))


def stored() -> st.SearchStrategy[Change]:
    """A value of the vault that is rotated, or removed; or a new one, that a file may hold already."""

    def change(number: int, value: str | None, is_new: bool) -> Change:
        def with_value(scene: Scene, _: Masked) -> Scene:
            texts = [leaf for fields in scene.raw.values() for leaf in fields.values() if isinstance(leaf, str) and len(leaf) > 15]
            names = scene.vault.names()
            if is_new and texts:
                return scene.kept({f"spare-{number}": texts[number % len(texts)]})
            return scene.kept({names[number % len(names)]: value}) if names else scene

        return with_value

    return st.builds(change, st.integers(0, 9), st.none() | SECRETS, st.booleans())


def variable() -> st.SearchStrategy[Change]:
    return st.builds(lambda name, value: lambda scene, _: scene.knowing(environ={**scene.local.get("environ", {}), name: value}), VARIABLES, st.sampled_from(["x", "dflt", "h.example"]) | SECRETS)


def resolved() -> st.SearchStrategy[Change]:
    return st.builds(lambda name, value: lambda scene, _: scene.knowing(resolved={name: value}), VARIABLES, st.sampled_from(["x", "dflt"]) | SECRETS)


def said() -> st.SearchStrategy[Change]:
    """A person says that a field holds a secret, or none."""
    return st.builds(lambda word, place: lambda scene, _: scene.knowing(**{word: scene.local.get(word, frozenset()) ^ {place}}), st.sampled_from(["plain", "masked"]), PLACES)


def other_kind() -> st.SearchStrategy[Change]:
    return st.sampled_from([{"resolves_refs": True}, {"resolves_refs": False}, {"project": "p"}, {"project": ""}]).map(lambda more: lambda scene, _: scene.knowing(**more))


CHANGES = edited() | removed() | told() | unexpected() | stored() | variable() | resolved() | said() | other_kind()
HISTORIES = st.lists(st.just(agreed) | CHANGES, min_size=2, max_size=8)


@given(st.dictionaries(NAMES, servers(), min_size=1, max_size=3), st.booleans(), HISTORIES)
@settings(deadline=None, max_examples=60)
def test_what_was_masked_before_makes_no_difference(first: dict[EntityId, dict[str, Any]], resolves: bool, history: list[Change]) -> None:
    scene = Scene(raw={name: flat("mcp", server) for name, server in first.items()}).knowing(resolves_refs=resolves)
    last: Masking | None = None
    for change in [lambda same, _: same, agreed, agreed, *history]:
        scene = change(scene, last.masked if last else Masked())
        vault = scene.vault.generation()
        event(f"taken over: {bool(last and last.unchanged(scene.raw, scene.expected, scene.seen(), vault))}")
        last = masking(scene.raw, scene.expected, scene.seen(), vault, last)
        anew = mask(scene.raw, scene.expected, scene.seen())
        assert last.masked == anew
        assert (list(last.masked.config), list(last.masked.exposed)) == (list(anew.config), list(anew.exposed))
