"""The committed description is that of the code, and says enough to generate a client from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.app import described_app
from api.openapi import text

COMMITTED = Path(__file__).parents[2] / "api" / "openapi.json"
METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in json.loads(COMMITTED.read_text())["paths"].items():
        yield from ((f"{method} {path}", operation) for method, operation in item.items() if method in METHODS)


def test_the_committed_description_is_current() -> None:
    assert COMMITTED.read_text() == text(described_app().openapi()), "run `make openapi`"


def test_every_operation_has_its_own_name_and_says_what_it_does() -> None:
    found = dict(operations())
    assert len({o["operationId"] for o in found.values()}) == len(found)
    assert [name for name, o in found.items() if not o.get("description")] == []


def test_every_field_of_an_answer_or_request_has_an_example_or_a_default() -> None:
    schemas = json.loads(COMMITTED.read_text())["components"]["schemas"]
    bare = [
        f"{name}.{key}"
        for name, schema in schemas.items()
        for key, field in schema.get("properties", {}).items()
        if not {"examples", "default", "const", "$ref", "enum"} & field.keys() and "items" not in field and "$ref" not in json.dumps(field)
    ]
    assert bare == []


def test_every_refusal_is_a_problem() -> None:
    for name, operation in operations():
        for code, answer in operation["responses"].items():
            if int(code) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, code)
