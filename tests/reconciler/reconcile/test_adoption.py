"""Clients that are seen for the first time: nothing is lost, nobody gets another's instructions, no permission widens."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, PLAIN, World, outcome, sampled


@pytest.fixture
def world() -> World:
    return World()


def rules(world: World, client: str) -> set[str]:
    return {e.removeprefix("rules/") for e in world.config(client) if e.startswith("rules/")}


def tools(world: World, client: str) -> set[str]:
    return {e.removeprefix("tools/") for e in world.config(client) if e.startswith("tools/")}


# ------------------------------------------------------------ servers


def test_servers_of_all_clients_go_to_the_base_and_to_everybody(world: World) -> None:
    for client in CLIENTS:
        world.put_server(client, f"of-{client}")
    world.adopt()
    assert {f"mcp/of-{c}.yaml" for c in CLIENTS} <= world.main().keys()
    assert all(set(world.servers(c)) == {f"of-{c}" for c in CLIENTS} for c in CLIENTS)


def test_the_same_server_in_two_clients_is_no_conflict(world: World) -> None:
    for client in CLIENTS:
        world.put_server(client, "one", {"command": "example", "args": ["a"]})
    world.adopt()
    assert world.waiting() == []


def test_the_same_name_with_other_content_is_a_conflict(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    result = world.adopt().result
    assert [(i.target, i.entity, i.base) for i in world.waiting()] == [("laptop-1/codex/user", "mcp/one", None)]
    assert outcome(result, "codex") == "conflict"


def test_until_it_is_settled_each_client_keeps_its_own(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    world.adopt()
    world.sync()
    assert [world.servers(c)["one"]["command"] for c in ("claude", "codex")] == ["first", "second"]


def test_clients_without_it_get_it_only_once_it_is_settled(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    world.adopt()
    assert "one" not in world.servers("qwen")
    world.resolve(world.waiting()[0], "local")
    assert [world.servers(c)["one"]["command"] for c in CLIENTS] == ["second"] * 4


def test_what_waits_for_others_is_shown_as_pending(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    result = world.adopt().result
    qwen = next(t for t in result.targets if t.target.client == "qwen")
    assert [(d.entity, d.why) for d in qwen.dropped] == [("mcp/one", "pending")]


def test_the_first_client_of_the_catalogue_stands_as_central(world: World) -> None:
    world.put_server("acli", "one", {"command": "last", "transport": "stdio"})
    world.put_server("codex", "one", {"command": "second"})
    world.adopt()
    (item,) = world.waiting()
    assert (item.target, item.central["command"], item.local["command"]) == ("laptop-1/acli/user", "second", "last")


def test_prefer_settles_all_conflicts_for_one_client(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("qwen", "one", {"command": "preferred"})
    world.put_server("acli", "one", {"command": "last"})
    world.adopt(prefer="qwen")
    assert world.waiting() == []
    assert {world.servers(c)["one"]["command"] for c in CLIENTS} == {"preferred"}


def test_the_value_that_prefer_leaves_behind_is_in_the_history(world: World) -> None:
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("qwen", "one", {"command": "preferred"})
    world.adopt(prefer="qwen")
    assert any(b"command: first" in blob for blob in world.blobs())


def test_a_server_switched_off_in_one_client_is_no_conflict_and_stays_off_there_alone(world: World) -> None:
    world.put_server("claude", "one", {"command": "example"})
    world.put_server("codex", "one", {"command": "example", "enabled": False})
    world.adopt()
    assert world.waiting() == []
    assert "enabled" not in world.main()["mcp/one.yaml"]
    assert world.main()["overlays/client/codex/mcp/one.yaml"] == "enabled: false\n"


def test_switched_off_and_different_is_a_conflict_about_the_difference(world: World) -> None:
    world.put_server("claude", "one", {"command": "example"})
    world.put_server("codex", "one", {"command": "other", "enabled": False})
    world.adopt()
    world.resolve(world.waiting()[0], "local")
    assert world.servers("codex")["one"] == {"command": "other", "enabled": False}
    assert world.servers("claude")["one"]["command"] == "other"
    assert "enabled" not in (world.central("mcp/one", "claude") or {})


def test_a_server_with_a_path_of_this_machine_goes_whole_to_its_overlay(world: World) -> None:
    world.put_server("claude", "one", {"command": "/opt/example/bin/server"})
    world.adopt()
    assert "mcp/one.yaml" not in world.main()
    assert "command: /opt/example/bin/server" in world.main()["overlays/machine/laptop-1/mcp/one.yaml"]


def test_a_path_below_home_is_kept_as_home(world: World) -> None:
    world.put_server("claude", "one", {"command": "example", "args": ["--root", "/home/ann/src"]})
    world.adopt()
    assert "${home}/src" in world.main()["mcp/one.yaml"]
    assert world.servers("qwen")["one"]["args"] == ["--root", "/home/ann/src"]


def test_a_key_that_one_client_alone_knows_goes_along_and_stays_its_own(world: World) -> None:
    world.put_server("claude", "one", {"command": "example", "alwaysLoad": True})
    world.adopt()
    assert world.central("mcp/one") == {"transport": "stdio", "command": "example", "extra": {"claude": {"alwaysLoad": True}}}
    assert "alwaysLoad" not in world.servers("qwen")["one"]


# ------------------------------------------------------------ rules and allowed tools


def test_a_memory_files_own_text_reaches_no_other_client(world: World) -> None:
    world.write(".claude/CLAUDE.md", "# Mine\n\n- be brief\n")
    world.adopt()
    assert not any("be brief" in d.decode() for p, d in world.disk.files.items() if ".claude" not in p)
    assert "overlays/client/claude/rules/claude-memory.md" in world.main()


def test_a_rule_of_one_client_stays_with_it_when_it_is_adopted(world: World) -> None:
    world.write(".claude/rules/style.md", "# Style\n\n- short\n")
    world.adopt()
    assert "overlays/client/claude/rules/style.md" in world.main()
    assert [c for c in CLIENTS if "style" in rules(world, c)] == ["claude"]


def test_a_rule_that_every_client_has_goes_to_the_base(world: World) -> None:
    block = "<!-- reconciler:begin x -->\n<!-- reconciler:rule style -->\n# Style\n\n- short\n<!-- reconciler:end -->\n"
    world.write(".claude/rules/style.md", "# Style\n\n- short\n")
    for path in (".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md"):
        world.write(path, block)
    world.adopt()
    assert "rules/style.md" in world.main()


def test_an_allow_of_one_client_stays_with_it(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    world.adopt()
    assert [c for c in CLIENTS if "allow shell:make" in tools(world, c)] == ["claude"]
    assert "make" not in world.read(".qwen/settings.json")


def test_a_deny_of_one_client_goes_to_everybody(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"deny": ["Bash(curl:*)"]}}')
    world.adopt()
    assert all("deny shell:curl" in tools(world, c) for c in CLIENTS)
    assert "Bash(curl *)" in world.read(".qwen/settings.json")
    assert "curl" in world.read(".rovodev/config.yml")
    assert "curl" in world.read(".codex/rules/default.rules")


def test_an_entry_without_a_common_form_stays_the_clients_own(world: World) -> None:
    world.write(".rovodev/config.yml", PLAIN[".rovodev/config.yml"] + "toolPermissions:\n  tools:\n    create_file: ask\n")
    world.adopt()
    assert "create_file" in world.main()["overlays/client/acli/tools/default.yaml"]
    assert not any("create_file" in e for c in ("claude", "codex", "qwen") for e in world.config(c))


# ------------------------------------------------------------ before and after


def test_adopting_again_writes_nothing(world: World) -> None:
    world.put_server("claude", "one")
    world.adopt()
    before = world.snapshot()
    world.adopt()
    assert world.snapshot() == before


def test_a_client_that_is_installed_later_is_adopted_then(world: World) -> None:
    later = World({p: d for p, d in PLAIN.items() if not p.startswith(".qwen")})
    later.put_server("claude", "one")
    later.adopt()
    later.write(".qwen/settings.json", '{"mcpServers": {"two": {"command": "example"}}}')
    later.adopt()
    assert set(later.servers("qwen")) == {"one", "two"} == set(later.servers("claude"))


def test_a_client_that_comes_later_gets_no_rule_and_gives_none(world: World) -> None:
    later = World({p: d for p, d in PLAIN.items() if not p.startswith(".qwen")})
    later.write(".claude/rules/style.md", "# Style\n\n- short\n")
    later.adopt()
    later.write(".qwen/QWEN.md", "# Mine\n\n- of qwen\n")
    later.adopt()
    assert "short" not in later.read(".qwen/QWEN.md")
    assert not any("of qwen" in d.decode() for p, d in later.disk.files.items() if ".qwen" not in p)


@pytest.mark.parametrize("client", CLIENTS)
def test_real_files_lose_no_server_whichever_client_is_preferred(client: str) -> None:
    from reconciler.deploy.template import sample_files

    before = {c: set(World(dict(sample_files())).servers(c)) for c in CLIENTS}
    world = sampled(prefer=client)
    assert all(before[c] <= set(world.servers(c)) for c in CLIENTS)


def test_real_files_hold_no_secret_in_the_repository_afterwards() -> None:
    assert not any(b"fake-not-a-secret" in blob for blob in sampled().blobs())
