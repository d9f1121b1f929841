"""`AGENTS.md` in a project is read by several clients: one target writes it, once, and nobody gets what is not meant for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine

OWN = "# Shop\n\nSmall steps.\n"
STYLE = "<!-- reconciler:rule style -->\nShort lines.\n"


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    (folder / "AGENTS.md").write_text(OWN)
    return folder


def add(machine: CommandLine, folder: Path, *clients: str) -> None:
    for client in clients:
        said = machine("clients", "add", client, "--project", str(folder), "--yes")
        assert said.code in (0, 3), said.err


def report(machine: CommandLine, client: str) -> dict[str, Any]:
    targets = machine("sync", "--json").data["targets"]
    found: dict[str, Any] = next(t for t in targets if t["id"].endswith(f"/{client}/project:shop"))
    return found


def gaps(machine: CommandLine, client: str) -> list[str]:
    return [d["entity"] for d in report(machine, client)["dropped"] if d["kind"] == "gap"]


def share(machine: CommandLine) -> None:
    machine.commit({"projects/shop/rules/style.md": "Short lines.\n"})


def test_the_first_registered_writes_it_and_the_others_have_it_by_that(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "acli", "codex", "qwen")
    share(adopted)
    written = {t["id"].split("/")[1]: t["written"] for t in adopted("sync", "--json").data["targets"] if "project" in t["id"]}
    assert written == {"acli": [str(shop / "AGENTS.md")], "codex": [], "qwen": []}
    assert (shop / "AGENTS.md").read_text().count(STYLE) == 1
    assert not (shop / "QWEN.md").exists()
    assert [gaps(adopted, c) for c in ("acli", "codex", "qwen")] == [[], [], []]


def test_an_edit_of_it_is_captured_once(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli")
    share(adopted)
    adopted("sync")
    count = int(adopted.git("rev-list", "--count", "--first-parent", "main"))
    (shop / "AGENTS.md").write_text((shop / "AGENTS.md").read_text().replace("Small steps.", "Very small steps.").replace("Short lines.", "Shorter."))
    adopted("sync")
    assert int(adopted.git("rev-list", "--count", "--first-parent", "main")) == count + 1
    assert "Very small steps." in adopted.git("show", "main:projects/shop/rules/agents-memory.md")
    assert adopted.git("show", "main:projects/shop/rules/style.md") == "Shorter.\n"
    assert [report(adopted, c)["outcome"] for c in ("codex", "acli")] == ["unchanged", "unchanged"]


def test_a_rule_for_some_of_its_readers_is_a_gap_and_not_written(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli", "qwen")
    adopted.commit({"projects/shop/rules/some.md": "---\nclients: [codex, qwen]\n---\nOnly for two.\n"})
    assert gaps(adopted, "codex") == ["rules/some"]
    assert gaps(adopted, "acli") == []
    assert (shop / "AGENTS.md").read_text() == OWN
    assert "Only for two." in (shop / "QWEN.md").read_text()  # qwen has a file of its own for it


def test_a_rule_that_only_the_other_reader_should_have_is_its_gap(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli")
    adopted.commit({"projects/shop/overlays/client/acli/rules/mine.md": "For one.\n"})
    assert (gaps(adopted, "acli"), gaps(adopted, "codex")) == (["rules/mine"], [])
    assert (shop / "AGENTS.md").read_text() == OWN


def test_a_rule_that_becomes_one_for_some_stays_where_it_stands(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli")
    share(adopted)
    adopted("sync")
    before = (shop / "AGENTS.md").read_text()
    adopted.commit({"projects/shop/rules/style.md": "---\nclients: [codex]\n---\nShort lines.\n"})
    assert gaps(adopted, "codex") == ["rules/style"]
    assert (shop / "AGENTS.md").read_text() == before


def test_the_next_takes_over_when_the_first_goes(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli")
    share(adopted)
    adopted("sync")
    before = (shop / "AGENTS.md").read_text()
    name = f"machines/{adopted.machine_file}"
    adopted.commit({name: adopted.git("show", f"main:{name}").replace("  codex/project:shop:\n    mode: sync\n", "")})
    assert report(adopted, "acli")["outcome"] == "unchanged"
    assert (shop / "AGENTS.md").read_text() == before
    adopted.commit({"projects/shop/rules/style.md": "Shorter lines.\n"})
    assert report(adopted, "acli")["written"] == [str(shop / "AGENTS.md")]
    assert "Shorter lines." in (shop / "AGENTS.md").read_text()


def test_a_link_is_the_file_that_it_leads_to(adopted: CommandLine, shop: Path) -> None:
    (shop / "CLAUDE.md").symlink_to("AGENTS.md")
    add(adopted, shop, "claude", "codex")
    share(adopted)
    adopted("sync")
    assert (shop / "CLAUDE.md").is_symlink()
    assert (shop / "CLAUDE.md").read_text().count(STYLE) == 1
    assert not (shop / ".claude/rules").exists()  # claude reads it in the file
    files = adopted.git("ls-tree", "-r", "--name-only", "main", "projects/").split()
    assert [f for f in files if "memory" in f] == ["projects/shop/rules/agents-memory.md"]
    assert [report(adopted, c)["outcome"] for c in ("claude", "codex")] == ["unchanged", "unchanged"]


def test_a_link_that_comes_later_loses_nothing(adopted: CommandLine, shop: Path) -> None:
    (shop / "CLAUDE.md").write_text("For claude.\n")
    add(adopted, shop, "claude", "codex")
    share(adopted)
    adopted("sync")
    (shop / "CLAUDE.md").unlink()
    (shop / "CLAUDE.md").symlink_to("AGENTS.md")
    adopted("sync")
    assert [report(adopted, c)["outcome"] for c in ("claude", "codex")] == ["unchanged", "unchanged"]
    assert adopted.git("show", "main:projects/shop/overlays/client/claude/rules/claude-memory.md") == "For claude.\n"
    assert (shop / "AGENTS.md").read_text().startswith(OWN)
    assert not (shop / ".claude/rules/style.md").exists()


def test_claude_alone_writes_its_text_through_the_link(adopted: CommandLine, shop: Path) -> None:
    (shop / "CLAUDE.md").symlink_to("AGENTS.md")
    add(adopted, shop, "claude")
    adopted.commit({"projects/shop/rules/agents-memory.md": OWN + "\nOften.\n"})
    adopted("sync")
    assert (shop / "AGENTS.md").read_text() == OWN + "\nOften.\n"
    assert (shop / "CLAUDE.md").is_symlink()


def test_the_plan_of_a_checkout_names_the_one_that_would_write(adopted: CommandLine, shop: Path) -> None:
    add(adopted, shop, "codex", "acli", "qwen")
    clone = adopted.root / "checkout"
    adopted.git("clone", "-q", str(adopted.repository), str(clone), at=adopted.root)
    (clone / "projects/shop/rules").mkdir(exist_ok=True)
    (clone / "projects/shop/rules/style.md").write_text("Short lines.\n")
    out = adopted("plan", str(clone)).out
    assert out.count("+++ shop/AGENTS.md") == 1
    assert "QWEN.md" not in out
