"""The keyring: which back ends count, all or nothing, and the choice that is kept."""

import pytest
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring

from reconciler.errors import Stalled
from reconciler.secrets.keyring_backend import first_usable
from reconciler.secrets.keyring_vault import KeyringVault
from reconciler.secrets.vault import open_vault
from tests.reconciler.secrets.keyrings import (
    Chain,
    FullKeyring,
    LockedKeyring,
    UnavailableKeyring,
    UselessKeyring,
    WorkingKeyring,
)


@pytest.mark.parametrize("backend", [FailKeyring(), NullKeyring(), UselessKeyring(), LockedKeyring(), UnavailableKeyring(), Chain()])
def test_a_back_end_that_keeps_nothing_does_not_count(backend):
    assert first_usable(backend) is None


def test_of_a_chain_the_first_that_answers_counts():
    working = WorkingKeyring()
    assert first_usable(Chain(LockedKeyring(), working)) is working


def test_a_back_end_that_keeps_plain_text_does_not_count():
    plain = type("PlaintextKeyring", (WorkingKeyring,), {"__module__": "keyrings.alt.file"})
    assert first_usable(plain()) is None


def test_no_value_stands_in_the_index(tmp_path):
    vault = KeyringVault(tmp_path, WorkingKeyring)
    vault.put({"a": "fake-not-a-secret"})
    assert not any(b"fake" in p.read_bytes() for p in tmp_path.iterdir())


@pytest.mark.parametrize("room", range(4))
def test_a_keyring_that_fails_midway_keeps_all_the_old_values(tmp_path, room):
    keys = FullKeyring(room=100)
    vault = KeyringVault(tmp_path, lambda: keys)
    vault.put({"a": "1", "b": "1"})
    keys.room = room
    with pytest.raises(Stalled) as caught:
        vault.put({"a": "fake-2", "b": "fake-2", "c": "fake-2"})
    assert "fake-2" not in str(caught.value)
    assert {n: v for (_, n), v in keys.items.items()} == {"a": "1", "b": "1"}
    assert [vault.get(n) for n in ("a", "b", "c", "a@previous")] == ["1", "1", None, None]


def test_two_folders_in_one_keyring_do_not_mix(tmp_path):
    keys = WorkingKeyring()
    one, two = (KeyringVault(tmp_path / name, lambda: keys) for name in ("one", "two"))
    one.put({"a": "1"})
    two.put({"a": "2"})
    assert (one.get("a"), two.get("a")) == ("1", "2")


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"version": 1}'])
def test_a_damaged_index_stalls_and_stays(tmp_path, damaged):
    index = tmp_path / "vault.keyring.json"
    index.write_bytes(damaged)
    with pytest.raises(Stalled, match="damaged"):
        KeyringVault(tmp_path, WorkingKeyring).put({"a": "1"})
    assert index.read_bytes() == damaged


def test_a_vault_begun_as_a_file_stays_one_when_a_keyring_appears(tmp_path):
    open_vault(tmp_path, lambda: None).put({"a": "1"})
    later = open_vault(tmp_path, WorkingKeyring)
    later.put({"b": "2"})
    assert (later.names(), "age" in repr(later)) == (["a", "b"], True)


def test_a_vault_in_a_keyring_stalls_where_there_is_none(tmp_path):
    keys = WorkingKeyring()
    open_vault(tmp_path, lambda: keys).put({"a": "1"})
    headless = open_vault(tmp_path, lambda: None)
    assert headless.names() == ["a"]
    for use in (lambda: headless.get("a"), lambda: headless.put({"a": "2"})):
        with pytest.raises(Stalled, match="no keyring can be reached"):
            use()
    assert not (tmp_path / "vault.age").exists()


def test_opening_a_vault_makes_nothing(tmp_path):
    open_vault(tmp_path / "vault", WorkingKeyring).get("a")
    assert not (tmp_path / "vault").exists()
