"""The mirror from outside: what is in Git is found in PostgreSQL, and a rebuild makes the same."""

from __future__ import annotations

import psycopg

from tests.scenarios.command_line import CommandLine


def test_a_rebuild_makes_what_was_mirrored(adopted: CommandLine, database_url: str) -> None:
    adopted.environ["RECONCILER_DATABASE_URL"] = database_url
    first = adopted("mirror", "rebuild", "--json").data
    assert set(first) == {"digest", "head", "commits"}
    assert adopted("mirror", "digest", "--check", "--json").data == {**first, "rebuilt": first["digest"]}
    with psycopg.connect(database_url) as connection:
        connection.execute("delete from entity_versions where entity = (select min(entity) from entity_versions)")
    differs = adopted("mirror", "digest", "--check")
    assert (differs.code, "run `reconciler mirror rebuild`" in differs.out) == (3, True)
    assert adopted("mirror", "rebuild", "--json").data == first


def test_without_a_database_it_says_what_to_do(adopted: CommandLine) -> None:
    said = adopted("mirror", "rebuild")
    assert (said.code, "start `reconciler up`, or set RECONCILER_DATABASE_URL" in said.err) == (1, True)
    assert not (adopted.state / "servers").exists()
