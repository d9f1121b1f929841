"""Names of references and the targets in them."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import Stalled
from reconciler.model.names import TargetId
from reconciler.model.refnames import change_branch, change_prefix, is_ref_name, review_ref, synced_ref, target_of

ULID = "01hf7yat00000000000000000a"
PART = st.text("abz09._-", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("target", "branch"),
    [
        ("laptop-1/claude/user", f"refs/heads/changes/laptop-1/claude/user/{ULID}"),
        ("m.local/codex/project:my.app", f"refs/heads/changes/m.local/codex/project.my.app/{ULID}"),
        ("m/claude/local:my.app", f"refs/heads/changes/m/claude/local.my.app/{ULID}"),
    ],
)
def test_a_change_branch_names_its_target(target: str, branch: str) -> None:
    assert change_branch(TargetId(target), ULID) == branch
    assert branch.startswith(change_prefix(TargetId(target)))


def test_each_use_has_its_own_reference() -> None:
    target = TargetId("m/qwen/user")
    assert (synced_ref(target), review_ref(target)) == ("refs/synced/m/qwen/user", "refs/reviews/m/qwen/user")


@pytest.mark.parametrize(
    "target",
    ["", "m", "m/c", "m/c/user/x", "M/c/user", "m/c/other", "m/c/project:", "m/c/local:", "m/c/local", "m/c/project", "m/c/project:a b", "../c/user", "m/c.lock/user", "m/-c/user", "m./c/user"],
)
def test_what_is_no_target_stalls(target: str) -> None:
    with pytest.raises(Stalled):
        synced_ref(TargetId(target))


@settings(max_examples=1000, deadline=None)
@given(machine=PART, client=PART, scope=st.just("user") | PART.map("project:{}".format) | PART.map("local:{}".format))
def test_every_name_is_one_for_git_and_leads_back_to_its_target(machine: str, client: str, scope: str) -> None:
    target = TargetId(f"{machine}/{client}/{scope}")
    try:
        names = [change_branch(target, ULID), synced_ref(target), review_ref(target)]
    except Stalled:
        return
    assert [target_of(name) for name in names] == [target] * 3
    assert all(map(is_ref_name, names))


@pytest.mark.parametrize(
    "name",
    ["refs/heads/main", "refs/heads/changes/m/c/user", "refs/synced/m/c", "refs/synced/m/c/user/x", "refs/synced/m/c/other", "refs/synced/M/c/user", "", "m/c/user"],
)
def test_other_references_belong_to_no_target(name: str) -> None:
    assert target_of(name) is None


@settings(max_examples=150, deadline=None)
@given(name=st.text("ab./@{~^:?*[\\ -\x7f\t한", max_size=6).map("refs/heads/".__add__))
def test_a_name_is_one_exactly_when_git_says_so(name: str) -> None:
    done = subprocess.run(["git", "check-ref-format", name], check=False, capture_output=True)
    assert is_ref_name(name) == (done.returncode == 0)


@pytest.mark.parametrize("name", ["refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/.a", "refs/heads/@{", "HEAD", "refs/main", "refs/heads/a\n"])
def test_a_name_that_would_confuse_git_is_none(name: str) -> None:
    assert not is_ref_name(name)
