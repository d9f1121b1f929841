"""What masking takes out of a server, what it leaves, and when it says that nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.mapping.filling import Local, fill
from reconciler.mapping.masking import Masked, mask
from reconciler.model.fields import flat, nested
from reconciler.model.names import EntityId
from tests.fakes.vault import MemoryVault

HOME = "/home/u"
SERVER = EntityId("mcp/s")
TOKEN = "fake-" + "not-a-secret-" + "7b1e"
OTHER = "fake-" + "not-a-secret-" + "9c2f"
SHAPED = "ghp_" + "fAkE0123456789" * 3


def local(vault: MemoryVault | None = None, **more: Any) -> Local:
    held = vault or MemoryVault()
    values: dict[str, Any] = {"home": HOME, "value": held.get, "names": frozenset(held.names()), "digest": held.hmac}
    return Local(**{**values, **more})


def masked(server: Mapping[str, Any], expected: Mapping[str, Any] | None = None, at: Local | None = None) -> Masked:
    was = {SERVER: flat("mcp", expected)} if expected else {}
    return mask({SERVER: flat("mcp", server)}, was, at or local())


def said(server: Mapping[str, Any], expected: Mapping[str, Any] | None = None, at: Local | None = None) -> dict[str, Any]:
    return nested(masked(server, expected, at).config[SERVER])


# ------------------------------------------------------------ what is a secret


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({"env": {"API_KEY": TOKEN}}, {"env": {"API_KEY": "${secret:s.env.API_KEY}"}}),
        ({"env": {"MODE": "prod"}}, {"env": {"MODE": "prod"}}),
        ({"headers": {"Authorization": f"Bearer {TOKEN}"}}, {"headers": {"Authorization": "Bearer ${secret:s.headers.Authorization}"}}),
        ({"url": f"https://u:{TOKEN}@h.example/x"}, {"url": "https://u:${secret:s.url}@h.example/x"}),
        ({"url": f"https://h.example/x?api_key={TOKEN}&v=2"}, {"url": "https://h.example/x?api_key=${secret:s.url}&v=2"}),
        ({"args": ["--token", TOKEN, "-v"]}, {"args": ["--token", "${secret:s.args.token}", "-v"]}),
        ({"args": [f"--token={TOKEN}"]}, {"args": ["--token=${secret:s.args.token}"]}),
        ({"args": ["-e", f"API_KEY={TOKEN}"]}, {"args": ["-e", "API_KEY=${secret:s.args.e}"]}),
        ({"oauth": {"clientSecret": TOKEN}}, {"oauth": {"clientSecret": "${secret:s.oauth.clientSecret}"}}),
        ({"extra": {"claude": {"authToken": TOKEN}}}, {"extra": {"claude": {"authToken": "${secret:s.extra.claude.authToken}"}}}),
        (
            {"extra": {"qwen": {"list": [{"password": TOKEN}]}}},
            {"extra": {"qwen": {"list": [{"password": "${secret:s.extra.qwen.list.password}"}]}}},
        ),
        ({"extra": {"qwen": {"run": ["--token", TOKEN]}}}, {"extra": {"qwen": {"run": ["--token", "${secret:s.extra.qwen.run.token}"]}}}),
        ({"env": {"MODE": SHAPED}}, {"env": {"MODE": "${secret:s.env.MODE}"}}),
        ({"description": f"use {SHAPED}"}, {"description": "use ${secret:s.description}"}),
    ],
)
def test_a_literal_secret_becomes_a_reference(server: dict[str, Any], expected: dict[str, Any]) -> None:
    assert said(server) == expected


@pytest.mark.parametrize("host", ["${env:HOST}", "${env:HOST:-localhost}"])
def test_a_secret_beside_a_variable_is_taken_out_too(host: str) -> None:
    assert said({"env": {"DATABASE": f"postgres://u:{TOKEN}@{host}/db"}})["env"]["DATABASE"] == f"postgres://u:${{secret:s.env.DATABASE}}@{host}/db"


def test_the_default_of_a_variable_can_be_a_secret() -> None:
    assert said({"env": {"X": "${env:API_TOKEN:-" + TOKEN + "}"}})["env"]["X"] == "${env:API_TOKEN:-${secret:s.env.X}}"


@pytest.mark.parametrize(("key", "text"), [("API_KEY", "$${X}"), ("API_KEY", "${env:TOKEN}"), ("MODE", "a $${b} $"), ("API_KEY", "changeme"), ("API_KEY", "")])
def test_what_is_a_reference_or_only_looks_like_one_stays(key: str, text: str) -> None:
    assert said({"env": {key: text}})["env"][key] == text


def test_a_value_that_the_vault_knows_is_found_at_any_other_place() -> None:
    done = said({"command": "c", "args": ["serve", f"x{TOKEN}y"], "env": {"API_KEY": TOKEN}})
    assert done["args"] == ["serve", "x${secret:s.env.API_KEY}y"]


@pytest.mark.parametrize("value", ["prod", "true", "production", "12345678", "gpt-4o-mini", "http://localhost:8080"])
def test_an_ordinary_word_in_the_vault_is_not_looked_for_elsewhere(value: str) -> None:
    at = local(MemoryVault({"other.env.X": value}))
    assert said({"command": value, "args": [value], "env": {"MODE": value}}, at=at) == {"command": value, "args": [value], "env": {"MODE": value}}


# ------------------------------------------------------------ names


def test_the_same_value_at_the_same_place_of_two_clients_has_one_name() -> None:
    first = masked({"env": {"API_KEY": TOKEN}})
    second = masked({"env": {"API_KEY": TOKEN}}, at=local(MemoryVault(first.stored)))
    assert (second.config, second.stored) == (first.config, {})


def test_another_value_at_the_same_place_has_another_name() -> None:
    at = local(MemoryVault({"s.env.API_KEY": TOKEN}))
    assert said({"env": {"API_KEY": OTHER}}, at=at)["env"]["API_KEY"] == "${secret:s.env.API_KEY-2}"


def test_two_places_whose_names_look_alike_have_two_names() -> None:
    found = masked({"env": {"A KEY": TOKEN, "A-KEY": TOKEN, "A_KEY": TOKEN}})
    assert len(found.stored) == 3


def test_no_value_gets_into_a_name() -> None:
    found = masked({"args": [f"--password={TOKEN}", "--api-key", OTHER, f"--token={OTHER}"]})
    assert sorted(found.stored) == ["s.args.api-key", "s.args.password", "s.args.token"]


@pytest.mark.parametrize("key", ["A" * 500 + "_TOKEN", "é TOKEN", "../../TOKEN", "a\nTOKEN", "日本_TOKEN"])
def test_a_name_can_always_be_kept_by_the_vault(key: str) -> None:
    vault = MemoryVault()
    vault.put(masked({"env": {key: TOKEN}}).stored)
    assert all(len(name) <= 200 for name in vault.names())


# ------------------------------------------------------------ nothing has changed


def test_a_filled_template_reads_as_itself() -> None:
    expected = {"env": {"X": "a ${secret:elsewhere} b", "P": "${home}/x"}}
    raw = {"env": {"X": f"a {TOKEN} b", "P": "/home/u/x"}}
    assert said(raw, expected, local(MemoryVault({"elsewhere": TOKEN}))) == expected


def test_a_value_rotated_in_one_client_goes_to_the_vault_and_changes_no_text() -> None:
    vault = MemoryVault({"k": TOKEN})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)})
    found = masked({"env": {"API_KEY": OTHER}}, {"env": {"API_KEY": "${secret:k}"}}, at)
    assert (nested(found.config[SERVER]), found.stored) == ({"env": {"API_KEY": "${secret:k}"}}, {"k": OTHER})


def test_an_older_value_after_a_rotation_elsewhere_is_no_edit() -> None:
    vault = MemoryVault({"k": OTHER})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)})
    found = masked({"env": {"API_KEY": TOKEN}}, {"env": {"API_KEY": "${secret:k}"}}, at)
    assert (nested(found.config[SERVER]), found.stored) == ({"env": {"API_KEY": "${secret:k}"}}, {})


def test_two_rotations_of_one_secret_are_an_ordinary_difference() -> None:
    vault = MemoryVault({"k": OTHER})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)})
    third = "fake-" + "not-a-secret-" + "1a2b"
    assert said({"env": {"API_KEY": third}}, {"env": {"API_KEY": "${secret:k}"}}, at)["env"]["API_KEY"] == "${secret:s.env.API_KEY}"


def test_a_value_that_this_machine_lacks_is_filled_from_the_file() -> None:
    found = masked({"env": {"API_KEY": TOKEN}}, {"env": {"API_KEY": "${secret:k}"}})
    assert (nested(found.config[SERVER]), found.stored) == ({"env": {"API_KEY": "${secret:k}"}}, {"k": TOKEN})


def test_a_value_that_was_emptied_is_an_edit_and_no_rotation() -> None:
    vault = MemoryVault({"k": TOKEN})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)})
    found = masked({"env": {"API_KEY": " "}}, {"env": {"API_KEY": "${secret:k}"}}, at)
    assert (nested(found.config[SERVER])["env"]["API_KEY"], found.stored) == (" ", {})


def test_a_text_of_which_one_secret_cannot_be_explained_rotates_none_of_the_others() -> None:
    vault = MemoryVault({"a": TOKEN, "b": TOKEN})
    at = local(vault, agreed={"a": vault.hmac(TOKEN), "b": "another"})
    found = masked({"env": {"X": f"{OTHER};{OTHER}"}}, {"env": {"X": "${secret:a};${secret:b}"}}, at)
    assert "a" not in found.stored


def test_a_secret_rotated_beside_a_variable_is_a_rotation() -> None:
    vault = MemoryVault({"k": TOKEN})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)})
    expected = {"url": "postgres://${env:USER}:${secret:k}@h/db"}
    found = masked({"url": f"postgres://${{env:USER}}:{OTHER}@h/db"}, expected, at)
    assert (nested(found.config[SERVER]), found.stored) == (expected, {"k": OTHER})


def test_a_secret_behind_a_variable_with_a_secret_default_keeps_its_own_name() -> None:
    vault = MemoryVault({"d": "dd", "k": TOKEN})
    at = local(vault, agreed={"k": vault.hmac(TOKEN)}, resolves_refs=True, environ={"U": "u"})
    found = masked({"env": {"X": f"u:{OTHER}"}}, {"env": {"X": "${env:U:-${secret:d}}:${secret:k}"}}, at)
    assert found.stored == {"k": OTHER}


def test_a_variable_that_its_client_resolved_reads_as_the_reference() -> None:
    at = local(resolves_refs=True, environ={"T": TOKEN})
    assert said({"env": {"API_KEY": TOKEN}}, {"env": {"API_KEY": "${env:T}"}}, at) == {"env": {"API_KEY": "${env:T}"}}


def test_another_value_than_the_variable_has_is_an_edit() -> None:
    at = local(resolves_refs=True, environ={"T": TOKEN})
    assert said({"env": {"API_KEY": OTHER}}, {"env": {"API_KEY": "${env:T}"}}, at)["env"]["API_KEY"] == "${secret:s.env.API_KEY}"


def test_an_argument_that_moved_keeps_its_secret() -> None:
    vault = MemoryVault({"k": TOKEN})
    done = said({"args": ["-v", "--token", TOKEN]}, {"args": ["--token", "${secret:k}"]}, local(vault))
    assert done["args"] == ["-v", "--token", "${secret:k}"]


# ------------------------------------------------------------ a person's word


def test_a_person_can_say_that_a_value_is_no_secret() -> None:
    at = local(plain=frozenset({"mcp/s.env.API_KEY"}))
    assert said({"env": {"API_KEY": TOKEN}}, {"env": {"API_KEY": "${secret:k}"}}, at) == {"env": {"API_KEY": TOKEN}}


def test_a_person_can_say_that_a_value_is_a_secret() -> None:
    at = local(masked=frozenset({"mcp/s.env.MODE"}))
    assert said({"env": {"MODE": "prod"}}, {"env": {"MODE": "prod"}}, at) == {"env": {"MODE": "${secret:s.env.MODE}"}}


def test_a_masked_value_beside_a_variable_leaves_the_variable() -> None:
    at = local(masked=frozenset({"mcp/s.env.MODE"}))
    assert said({"env": {"MODE": "x${env:Y}"}}, at=at) == {"env": {"MODE": "${secret:s.env.MODE}${env:Y}"}}


# ------------------------------------------------------------ home


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/u/x", "${home}/x"),
        ("/home/u", "${home}"),
        ("--root=/home/u", "--root=${home}"),
        ("a:/home/u/b", "a:${home}/b"),
        ("/home/u:/home/u/b", "${home}:${home}/b"),
        ("cd '/home/u/a b' && x", "cd '${home}/a b' && x"),
        ("/home/user2", "/home/user2"),
        ("/mnt/home/u/x", "/mnt/home/u/x"),
        ("https://x.example/home/u", "https://x.example/home/u"),
    ],
)
def test_a_path_below_the_home_folder_is_kept_by_its_meaning(text: str, expected: str) -> None:
    assert said({"args": [text]})["args"] == [expected]


# ------------------------------------------------------------ where nothing can be taken out


@pytest.mark.parametrize(
    "entity",
    [
        f'tools/allow shell:curl -H "Authorization: Bearer {TOKEN}"',
        f"tools/allow shell:mysql --password={TOKEN}",
        f"tools/allow shell:export API_KEY={TOKEN}",
        f"tools/deny claude:Bash(TOKEN={TOKEN} run)",
        f"tools/allow shell:git push {SHAPED}",
        f"tools/allow read:/x/{SHAPED}",
        f"tools/allow mcp:{SHAPED}",
    ],
)
def test_an_allowed_tools_entry_with_a_secret_is_never_committed(entity: str) -> None:
    assert list(mask({EntityId(entity): {("present",): True}}, {}, local()).exposed) == [entity]


@pytest.mark.parametrize("entity", ["tools/allow shell:git push", "tools/allow claude:Bash(TOKEN=* run)", "tools/allow web:api.example.com"])
def test_an_ordinary_entry_is(entity: str) -> None:
    assert not mask({EntityId(entity): {("present",): True}}, {}, local()).exposed


@pytest.mark.parametrize("server", [{"env": {SHAPED: "x"}}, {"extra": {"claude": {"a": [{SHAPED: 1}]}}}])
def test_a_server_with_a_token_as_a_name_is_never_committed(server: dict[str, Any]) -> None:
    assert masked(server).exposed


@pytest.mark.parametrize("text", [f"use {SHAPED}", f"the key is {TOKEN}"])
def test_a_rule_that_holds_a_token_or_a_value_of_the_vault_is_never_committed(text: str) -> None:
    rule = EntityId("rules/r")
    assert rule in mask({rule: {("body",): text}}, {}, local(MemoryVault({"k": TOKEN}))).exposed


def test_the_reason_shows_no_value() -> None:
    entity = EntityId(f"tools/allow shell:git push {SHAPED}")
    assert SHAPED not in mask({entity: {("present",): True}}, {}, local()).exposed[entity]


def test_a_rule_can_be_declared_plain() -> None:
    rule = EntityId("rules/r")
    at = local(plain=frozenset({"rules/r.body"}))
    assert rule in mask({rule: {("body",): f"use {SHAPED}"}}, {}, at).config


def test_masking_what_was_filled_changes_nothing() -> None:
    raw = {SERVER: flat("mcp", {"env": {"API_KEY": TOKEN, "P": "/home/u/x"}, "args": ["--token", OTHER]})}
    first = mask(raw, {}, local())
    at = local(MemoryVault(first.stored))
    assert mask(fill(first.config, at).config, first.config, replace(at)).config == first.config
