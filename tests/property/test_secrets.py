"""Masking loses nothing and lets nothing through, whatever a server holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings

from reconciler.mapping.filling import Local, fill
from reconciler.mapping.masking import Masked, mask
from reconciler.mapping.secret_guard import leaks
from reconciler.model.fields import Config, flat
from reconciler.model.names import EntityId
from tests.fakes.vault import MemoryVault
from tests.property.secret_servers import servers

SERVER = EntityId("mcp/s")


def at(stored: Mapping[str, str]) -> Local:
    vault = MemoryVault(stored)
    return Local("/home/u", vault.get, frozenset(vault.names()), vault.hmac)


def raw(server: Mapping[str, Any]) -> Config:
    return {SERVER: flat("mcp", server)}


def masked(server: Mapping[str, Any], expected: Config | None = None, stored: Mapping[str, str] | None = None) -> Masked:
    return mask(raw(server), expected or {}, at(stored or {}))


@given(servers())
@settings(deadline=None, max_examples=60)
def test_filling_what_was_masked_gives_the_same_bytes(server: dict[str, Any]) -> None:
    done = masked(server)
    assert fill(done.config, at(done.stored)).config == raw(server)


@given(servers())
@settings(deadline=None, max_examples=60)
def test_masking_what_was_filled_changes_nothing(server: dict[str, Any]) -> None:
    first = masked(server)
    again = mask(fill(first.config, at(first.stored)).config, first.config, at(first.stored))
    assert (again.config, again.stored) == (first.config, {})


@given(servers())
@settings(deadline=None, max_examples=60)
def test_a_machine_that_knows_the_values_already_stores_nothing_more(server: dict[str, Any]) -> None:
    first = masked(server)
    again = masked(server, stored=first.stored)
    assert (again.config, again.stored) == (first.config, {})


@given(servers())
@settings(deadline=None, max_examples=60)
def test_no_value_of_the_vault_that_can_be_told_from_text_is_left(server: dict[str, Any]) -> None:
    done = masked(server)
    held = [v for v in done.stored.values() if len(v) > 20 and v.isalnum()]
    text = json.dumps([[list(p), v] for p, v in done.config[SERVER].items()])
    assert not [v for v in held if v in text]
    assert not leaks(text)


@given(servers(), servers())
@settings(deadline=None, max_examples=60)
def test_no_two_values_of_the_vault_have_one_name(one: dict[str, Any], two: dict[str, Any]) -> None:
    first = masked(one)
    second = masked(two, stored=first.stored)
    assert not first.stored.keys() & second.stored.keys()


@given(servers(), servers())
@settings(deadline=None, max_examples=60)
def test_an_edit_of_one_client_is_filled_back_to_what_it_wrote(before: dict[str, Any], after: dict[str, Any]) -> None:
    first = masked(before)
    edited = mask(raw(after), first.config, at(first.stored))
    assert fill(edited.config, at({**first.stored, **edited.stored})).config == raw(after)
