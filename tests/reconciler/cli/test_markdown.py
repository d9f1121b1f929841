"""A plan as a comment: no text of a pull request becomes markup, and no comment is too long to be posted."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.cli.markdown import comment

ONE: dict[str, Any] = {
    "targets": ["laptop-1/codex/user", "laptop-2/codex/user"], "client": "codex", "mode": {"before": "sync", "after": "sync"},
    "changes": [{"entity": "mcp/one", "field": "args", "before": ["a"], "after": None}],
    "files": [{"path": "~/.codex/config.toml", "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n"}],
    "dropped": [{"entity": "mcp/one", "field": "cwd", "reason": "no such key", "kind": "lost"}],
    "needs_approval": [{"entity": "mcp/one", "level": "high", "reasons": ["a shell runs it"]}], "notes": ["a note"],
}  # fmt: skip


def said(*targets: dict[str, Any], problems: tuple[dict[str, Any], ...] = (), against: str = "main at 1a2b3c4d5e") -> str:
    data = {"against": against, "base": None, "problems": list(problems), "targets": list(targets), "here": None, "unknown": ["`~` is the home folder."]}
    return "\n".join(comment(data))


def test_it_says_who_gets_what() -> None:
    text = said(ONE)
    for part in (
        "Compared with `main at 1a2b3c4d5e`.",
        "#### `laptop-1/codex/user`, `laptop-2/codex/user`",
        '- `mcp/one args`: `["a"]` → none',
        "- **waits for an approver (high)**: `mcp/one`: a shell runs it",
        "- cannot hold `mcp/one cwd`: no such key",
        "<details><summary>~/.codex/config.toml</summary>\n\n```diff\n--- a\n",
        "<sub>`~` is the home folder.</sub>",
    ):
        assert part in text


def test_nothing_to_do_is_said() -> None:
    assert "Nothing changes in any client." in said()


def test_mistakes_stand_in_the_place_of_the_plan() -> None:
    text = said(problems=({"file": "mcp/a.yaml", "line": 3, "column": 1, "reason": "unknown key evn", "advice": "did you mean env?"},))
    assert "`mcp/a.yaml` line 3: unknown key evn; did you mean env?" in text
    assert "Nothing changes in any client" not in text


@pytest.mark.parametrize("evil", ["`", "``` `` `", "@everyone", "</summary><script>", "[x](https://e.invalid)", "| a\n# b", "\n</details>\n"])
def test_text_of_a_pull_request_is_no_markup(evil: str) -> None:
    row = {"entity": f"mcp/{evil}", "field": None, "before": None, "after": evil}
    text = said({**ONE, "changes": [row], "notes": [evil], "needs_approval": [{"entity": evil, "level": "high", "reasons": [evil]}]})
    outside = [line for line in text.splitlines() if line.startswith(("#", "<")) and "codex" not in line]
    assert [line for line in outside if line.strip() not in ("### What this changes in the clients", "</details>", "<sub>`~` is the home folder.</sub>")] == []
    assert f"\n- {evil}\n" not in text
    assert "@everyone" not in text.replace("`mcp/@everyone`", "").replace("`@everyone`", "")


def test_a_diff_with_fences_in_it_stays_within_its_own() -> None:
    text = said({**ONE, "files": [{"path": "~/.claude/CLAUDE.md", "diff": "+```\n+````\n+</details>\n"}]})
    assert "\n`````diff\n+```\n+````\n+</details>\n`````\n" in text


def test_what_is_too_long_for_a_comment_is_cut_and_says_so() -> None:
    text = said({**ONE, "files": [{"path": "~/x", "diff": "+line\n" * 40_000}, *ONE["files"]]}, ONE)
    assert len(text) < 65_000
    assert "`reconciler plan DIR` shows the rest" in text
    assert text.count("```diff") == text.count("</details>") == 2
