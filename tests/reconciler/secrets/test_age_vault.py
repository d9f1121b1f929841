"""The encrypted file: modes, damage, other processes."""

import json
import multiprocessing
import stat
import sys

import pyrage
import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.secrets import private_files
from reconciler.secrets.age_vault import AgeVault
from reconciler.secrets.digest_key import DigestKey


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "vault"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_what_is_written(folder):
    vault = AgeVault(folder)
    vault.put({"a": "1"})
    vault.hmac("x")
    assert {p.name: mode(p) for p in folder.iterdir()} == dict.fromkeys(("vault.age", "vault.key", "vault.hmac", "vault.lock"), 0o600)
    assert mode(folder) == 0o700


def test_files_and_folders_that_were_open_to_others_are_closed(folder):
    AgeVault(folder).put({"a": "1"})
    folder.chmod(0o755)
    (folder / "vault.key").chmod(0o644)
    AgeVault(folder).put({"a": "2"})
    assert (mode(folder), mode(folder / "vault.key")) == (0o700, 0o600)


def test_no_value_stands_in_any_file(folder):
    vault = AgeVault(folder)
    vault.put({"a": "fake-not-a-secret"})
    vault.put({"a": "another-fake"})
    vault.hmac("fake-not-a-secret")
    assert not any(b"fake" in p.read_bytes() for p in folder.iterdir())


def test_reading_makes_nothing(folder):
    vault = AgeVault(folder)
    assert (vault.get("a"), vault.names(), vault.generation()) == (None, [], "")
    assert not folder.exists()


def test_another_process_sees_the_change(folder):
    one, two = AgeVault(folder), AgeVault(folder)
    one.put({"a": "1"})
    assert two.get("a") == "1"
    one.put({"a": "2"})
    assert two.get("a") == "2"
    assert two.generation() == one.generation()


@pytest.mark.parametrize("damaged", [b"", b"no age file", b"age-encryption.org/v1\n-> X25519 x\n"])
def test_a_damaged_file_stalls_and_stays(folder, damaged):
    AgeVault(folder).put({"a": "1"})
    (folder / "vault.age").write_bytes(damaged)
    vault = AgeVault(folder)
    for use in (lambda: vault.get("a"), vault.names, lambda: vault.put({"b": "2"})):
        with pytest.raises(Stalled, match="damaged"):
            use()
    assert (folder / "vault.age").read_bytes() == damaged


def test_a_file_of_an_unknown_format_stalls_and_stays(folder):
    AgeVault(folder).put({"a": "1"})
    key = pyrage.x25519.Identity.from_str((folder / "vault.key").read_text().strip())
    sealed = pyrage.encrypt(json.dumps({"version": 2, "values": {}}).encode(), [key.to_public()])
    (folder / "vault.age").write_bytes(sealed)
    with pytest.raises(Stalled, match="format 2"):
        AgeVault(folder).put({"a": "2"})
    assert (folder / "vault.age").read_bytes() == sealed


def test_without_its_key_the_vault_stalls_and_makes_no_other_one(folder):
    AgeVault(folder).put({"a": "1"})
    (folder / "vault.key").unlink()
    with pytest.raises(Stalled, match=r"vault\.key, which opens it, is missing"):
        AgeVault(folder).put({"a": "2"})
    assert not (folder / "vault.key").exists()


@pytest.mark.parametrize("damaged", [b"", b"\xff", b"AGE-SECRET-KEY-1"])
def test_a_damaged_key_stalls_and_stays(folder, damaged):
    AgeVault(folder).put({"a": "1"})
    (folder / "vault.key").write_bytes(damaged)
    with pytest.raises(Stalled, match=r"vault\.key is no age key"):
        AgeVault(folder).get("a")
    assert (folder / "vault.key").read_bytes() == damaged


def test_a_link_in_place_of_a_file_is_refused(folder, tmp_path):
    folder.mkdir()
    (folder / "vault.age").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(b"x")
    with pytest.raises(Stalled, match="regular file"):
        AgeVault(folder).get("a")


def test_a_failed_write_keeps_the_old_values_and_leaves_no_rest(folder, monkeypatch):
    AgeVault(folder).put({"a": "1"})
    before = sorted(p.name for p in folder.iterdir())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reconciler.secrets.private_files.os.replace", full)
    with pytest.raises(Retryable, match="No space left"):
        AgeVault(folder).put({"a": "2"})
    assert sorted(p.name for p in folder.iterdir()) == before
    assert AgeVault(folder).get("a") == "1"


def test_a_vault_that_another_process_holds_is_tried_again_later(folder, monkeypatch):
    monkeypatch.setattr(private_files, "LOCK_TIMEOUT_S", 0)
    with private_files.locked(folder), pytest.raises(Retryable, match="another process"):
        AgeVault(folder).put({"a": "1"})


def put_ten(folder, mark):
    for i in range(10):
        AgeVault(folder).put({f"{mark}{i}": str(i)})


def test_processes_that_write_at_once_lose_nothing(folder):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_ten, args=(folder, mark)) for mark in "abc"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert AgeVault(folder).names() == [f"{mark}{i}" for mark in "abc" for i in range(10)]


def test_the_digest_key_is_made_once_and_differs_between_machines(tmp_path):
    here, again, there = (DigestKey(tmp_path / name).digest("x") for name in ("a", "a", "b"))
    assert here == again != there


def test_a_damaged_digest_key_stalls(folder):
    DigestKey(folder).digest("x")
    (folder / "vault.hmac").write_bytes(b"short")
    with pytest.raises(Stalled, match="32 bytes"):
        DigestKey(folder).digest("x")


def test_looking_for_changes_loads_no_library(folder):
    import subprocess

    AgeVault(folder).put({"a": "1"})
    program = (
        "import sys; from pathlib import Path; from reconciler.secrets.vault import open_vault;"
        "vault = open_vault(Path(sys.argv[1])); assert vault.generation() and vault.hmac('x');"
        "assert not {'pyrage', 'keyring'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True)
