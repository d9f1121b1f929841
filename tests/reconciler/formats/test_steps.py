from __future__ import annotations

from types import ModuleType

import pytest

from reconciler.formats import toml_text, yaml_text
from reconciler.formats.edit import Edit, Insert, Remove, Set
from reconciler.formats.steps import AddItems, AddKeys, Drop, gathered, steps

TOML = b"# top\n[servers.a]\ncommand = 'x'\n# of a\n\n# about the next\n[other]\nlist = [1]\n"
YAML = b"servers:\n  a:\n    command: x\n  # of servers\nlist:\n  - 1 # one\n# end\n"


def test_additions_in_a_row_at_one_place_are_one_step() -> None:
    edits = [Set(("m", "a"), 1), Set(("m", "b"), 2), Insert(("l",), 1), Insert(("l",), 2), Remove(("m", "a")), Set(("m", "c"), 3)]
    found = list(gathered(steps({"m": {}, "l": [0]}, edits)))
    assert found == [AddKeys(("m",), {"a": 1, "b": 2}), AddItems(("l",), 1, [1, 2]), Drop(("m", "a")), AddKeys(("m",), {"c": 3})]


def test_items_put_before_each_other_are_steps_of_their_own() -> None:
    found = list(gathered(steps([0], [Insert((), 1, 0), Insert((), 2, 0)])))
    assert found == [AddItems((), 0, [1]), AddItems((), 0, [2])]


@pytest.mark.parametrize("form", [toml_text, yaml_text], ids=["toml", "yaml"])
def test_many_additions_leave_the_bytes_that_one_after_the_other_leaves(form: ModuleType) -> None:
    edits: list[Edit] = [Set(("servers", name), {"command": "npx", "env": {"A": name}}) for name in "bcd"]
    edits += [Set(("servers", "a", name), [name]) for name in ("args", "more")]
    edits += [Insert(("list",) if form is yaml_text else ("other", "list"), number) for number in (2, 3)]
    data = one_by_one = YAML if form is yaml_text else TOML
    for edit in edits:
        one_by_one = form.edit(one_by_one, [edit])
    assert form.edit(data, edits) == one_by_one
