"""The last look before a commit: whatever went wrong above it, no secret gets into the repository."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reconciler.errors import Stalled
from reconciler.mapping.secret_guard import allows, holds_any
from reconciler.mapping.secret_values import is_unmistakable
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN, POLICY
from reconciler.ports import Author
from reconciler.reconcile import policy_gate
from reconciler.reconcile.centre import Centre
from reconciler.secrets.scan import Scan
from reconciler.store.guarded import GuardedStore
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault

ANN = Author("Ann", "ann@laptop", 1.0)
SHAPED = "ghp_" + "fAkE0123456789" * 3
VALUE = "hUnt3r!" + "x9#2"


def guarded(values: Mapping[str, str] | None = None, real: MemoryStore | None = None) -> GuardedStore:
    real = real or MemoryStore()
    said = Centre(real, MemoryMemory())
    scan = Scan(MemoryVault({"k": VALUE} if values is None else values))
    return GuardedStore(real, scan, holds_any, lambda main, path: allows(said.policy(main).list("plain_values"), path))


def put(store: GuardedStore, files: Mapping[str, str], *parents: Revision, message: str = "m", author: Author = ANN) -> Revision:
    return store.commit(parents[0] if parents else None, {p: t.encode() for p, t in files.items()}, list(parents), message, author)


@pytest.mark.parametrize("text", [f"command: {SHAPED}\n", f"a: {VALUE}\n", f'a: "x {VALUE}"\n', "-----BEGIN PRIVATE " + "KEY-----\nabcd\n-----END PRIVATE " + "KEY-----\n"])
def test_a_file_with_a_token_or_a_value_of_the_vault_is_not_committed(text: str) -> None:
    real = MemoryStore()
    with pytest.raises(Stalled) as stalled:
        put(guarded(real=real), {"mcp/a.yaml": text})
    assert stalled.value.path == "mcp/a.yaml"
    assert SHAPED not in str(stalled.value)
    assert VALUE not in str(stalled.value)
    assert not real._commits


def test_neither_is_a_message_a_name_of_a_file_or_an_author() -> None:
    for told in ({"message": f"add {SHAPED}"}, {"author": Author(VALUE, "", 1.0)}, {"path": f"rules/{SHAPED}.md"}):
        with pytest.raises(Stalled):
            put(guarded(), {str(told.pop("path", "a")): "x"}, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ['p4ss"W0rd\\x', "l1ne\nBr3ak!!", "qu'0te'S9!"])
def test_a_value_is_found_however_it_is_quoted(value: str) -> None:
    import json

    for text in (json.dumps(value), "'" + value.replace("'", "''") + "'"):
        with pytest.raises(Stalled):
            put(guarded({"k": value}), {"a.yaml": f"a: {text}\n"})


@pytest.mark.parametrize("value", ["prod", "true", "production", "12345678", "gpt-4o-mini", "claude-3-5-sonnet-20241022", "http://localhost:8080", "my-database", "2026-01-31"])
def test_an_ordinary_word_in_the_vault_stops_nothing(value: str) -> None:
    assert put(guarded({"k": value}), {"mcp/a.yaml": f"command: {value}\n"})


@pytest.mark.parametrize("value", [VALUE, SHAPED, "fake-" + "not-a-secret-7b1e", "Tr0ub4dor&3", "a8f5f167f44f4964e6c998dee827110c"])
def test_a_password_is_looked_for(value: str) -> None:
    assert is_unmistakable(value)


def test_what_a_person_has_put_on_a_branch_does_not_stop_later_commits() -> None:
    real = MemoryStore()
    pushed = real.commit(None, {"rules/a.md": SHAPED.encode()}, [], "by hand", ANN)
    real.move_ref(MAIN, pushed, None)
    assert put(guarded(real=real), {"review.yaml": f"local: {SHAPED}\n"})


def test_the_file_of_a_field_that_was_declared_plain_may_hold_it() -> None:
    real = MemoryStore()
    real.move_ref(MAIN, real.commit(None, {"reconciler.yaml": b"plain_values:\n  - mcp/a.env.MODE\n"}, [], "m", ANN), None)
    store = guarded(real=real)
    assert put(store, {"overlays/client/claude/mcp/a.yaml": f"env: {{MODE: {SHAPED}}}\n"})
    with pytest.raises(Stalled):
        put(store, {"mcp/b.yaml": f"env: {{MODE: {SHAPED}}}\n"})


def test_a_field_that_a_commit_calls_plain_is_looked_at_until_a_person_approves() -> None:
    real = MemoryStore()
    strict = real.commit(None, {"reconciler.yaml": b"schema: 1\n"}, [], "m", ANN)
    weak = real.commit(strict, {"reconciler.yaml": b"schema: 1\nplain_values:\n  - mcp/a.env.MODE\n"}, [strict], "m", ANN)
    real.move_ref(POLICY, strict, None)
    real.move_ref(MAIN, weak, None)
    with pytest.raises(Stalled):
        put(guarded(real=real), {"mcp/a.yaml": f"env: {{MODE: {SHAPED}}}\n"})
    policy_gate.decide(Centre(real, MemoryMemory()), weak, True, ANN)
    assert put(guarded(real=real), {"mcp/a.yaml": f"env: {{MODE: {SHAPED}}}\n"})


def test_a_value_that_is_new_in_the_vault_is_looked_for_at_once() -> None:
    vault = MemoryVault()
    store = GuardedStore(MemoryStore(), Scan(vault), holds_any, lambda *_: False)
    assert put(store, {"a": VALUE})
    vault.put({"k": VALUE})
    with pytest.raises(Stalled):
        put(store, {"a": VALUE})


def test_its_own_text_shows_no_value() -> None:
    assert VALUE not in repr(Scan(MemoryVault({"k": VALUE})))
