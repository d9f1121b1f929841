"""`doctor --bundle` can be given away, and `doctor --fix` takes nothing but rights of others."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine

TOKEN = "ghp_" + "".join(chr(97 + (i * 7) % 26) for i in range(36))
PASSWORD = "hush-" + "x9" * 12
FOREIGN = "foreign" + "-content"


def texts(place: Path) -> dict[str, str]:
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def planted(adopted: CommandLine) -> CommandLine:
    """Tokens in every place that the program reads: values, arguments, rules, comments, a commit, the last error."""
    claude = adopted.path(".claude.json")
    data = json.loads(claude.read_text())
    data["mcpServers"]["tokened"] = {"command": "example", "args": ["--token", TOKEN], "env": {"API_TOKEN": TOKEN, "DB_PASSWORD": PASSWORD}}
    data["oauthAccount"] = {"secret": TOKEN, "note": FOREIGN}
    claude.write_text(json.dumps(data))
    for path, text in {
        ".codex/config.toml": f'\n# {FOREIGN} {TOKEN}\n[foreign]\nkey = "{TOKEN}"\n',
        ".codex/AGENTS.md": f"\n- {FOREIGN} never use {TOKEN}\n",
        ".qwen/QWEN.md": f"\n- {FOREIGN} of mine\n",
        ".rovodev/config.yml": f"\n# {FOREIGN} {TOKEN}\n",
    }.items():
        with adopted.path(path).open("a") as file:
            file.write(text)
    adopted("sync")
    adopted("secrets", "set", "mine", given=PASSWORD)
    adopted.commit({"mcp/clear.yaml": f"command: x\nargs: [--token, {TOKEN}]\n"}, f"A token {TOKEN}")
    adopted("sync")
    (adopted.state / "last-error.txt").write_text(f"line {TOKEN}\n")
    return adopted


def test_a_bundle_holds_no_secret_no_foreign_content_and_no_home(planted: CommandLine) -> None:
    said = planted("doctor", "--bundle", str(planted.root / "b.zip"))
    found = texts(planted.root / "b.zip")
    assert said.code == 0, said.err
    for mark in (TOKEN, PASSWORD, FOREIGN, str(planted.home)):
        assert [name for name, text in found.items() if mark in text] == []
    assert TOKEN not in "".join(planted.heard)


def test_a_bundle_does_not_hold_the_value_before_of_a_rotated_secret(planted: CommandLine) -> None:
    before, after = "quiet-" + "z7" * 12, "other-" + "y8" * 12
    for value in (before, after):
        planted("secrets", "set", "rotated", given=value)
    (planted.state / "last-error.txt").write_text(f"line {before} {after}\n")
    planted("doctor", "--bundle", str(planted.root / "b.zip"))
    assert [name for name, text in texts(planted.root / "b.zip").items() if before in text or after in text] == []


def test_a_bundle_holds_what_helps(planted: CommandLine) -> None:
    planted("doctor", "--bundle", str(planted.root / "b.zip"))
    found = {name: json.loads(text) for name, text in texts(planted.root / "b.zip").items()}
    assert {"versions.json", "doctor.json", "status.json", "repository.json", "last-error.json"} <= found.keys()
    claude = next(value for name, value in found.items() if name.startswith("targets/") and "claude" in name)
    assert claude["config"]["mcp/tokened"]["env"]["API_TOKEN"].startswith("${secret:")
    assert len(claude["files"][".claude.json"]["digest"]) == 64
    assert found["status.json"]["targets"]
    assert found["repository.json"]["commits"]


def test_a_bundle_is_for_this_user_alone_and_replaces_nothing(adopted: CommandLine) -> None:
    place = adopted.root / "b.zip"
    adopted("doctor", "--bundle", str(place))
    before = place.read_bytes()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    again = adopted("doctor", "--bundle", str(place))
    assert (again.code, place.read_bytes()) == (1, before)


def test_a_bundle_can_be_made_where_nothing_works(found: CommandLine) -> None:
    found.path(".claude.json").write_text("{")
    assert found("doctor", "--bundle", str(found.root / "b.zip")).code == 0
    assert "versions.json" in texts(found.root / "b.zip")


def test_fix_makes_what_holds_secrets_private_and_keeps_other_modes(planted: CommandLine) -> None:
    planted.commit({"mcp/clear.yaml": None})
    secret, plain = planted.path(".claude.json"), planted.path(".qwen/QWEN.md")
    secret.chmod(0o664)
    plain.chmod(0o664)
    assert planted("doctor").code == 1
    said = planted("doctor", "--fix", "--json")
    assert str(secret) in said.data["mended"]
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(plain.stat().st_mode) == 0o664
    assert not any(str(secret) == c["name"] for c in said.data["checks"])
    assert planted("doctor", "--fix", "--json").data["mended"] == []
