"""The real qwen, asked about files that it wrote and about files that it cannot read. It checks syntax only."""

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.formats.edit import FormatError
from reconciler.model.names import RelPath
from tests.peers.conftest import Check, Client, user_files, variant

SETTINGS = RelPath(".qwen/settings.json")


def test_it_accepts_what_it_wrote_itself(qwen: Client, asking: Check) -> None:
    verdict = asking(qwen).verdict("qwen", user_files("qwen"))
    assert (verdict.reasons, verdict.asked) == ((), "qwen extensions list")


@pytest.mark.parametrize("name", ["comments-4space", "env-refs", "unknown-server-key", "crlf", "bom", "permissions"])
def test_it_accepts_a_good_file(qwen: Client, asking: Check, name: str) -> None:
    assert asking(qwen).verdict("qwen", {SETTINGS: variant("qwen", f"settings-{name}.json")}).reasons == ()


@pytest.mark.parametrize("data", [variant("qwen", "settings-broken.json"), b"", b"[1]", b'{"a": fake-not-a-secret}'])
def test_it_refuses_a_file_that_is_no_map(qwen: Client, asking: Check, data: bytes) -> None:
    (problem,) = asking(qwen).verdict("qwen", {SETTINGS: data}).reasons
    assert (problem.file, problem.is_stalling) == (SETTINGS, True)
    assert "fake-not" not in problem.reason


@pytest.mark.parametrize("text", [
    '{"mcpServers": {"a": {"command": "x"}}, /* c */ "ui": {}} // d',
    '{"mcpServers": {"a": {"command": "x"}},}',
    '{"mcpServers": {"a": {"command": "x", "args": ["1",]}}}',
    '{\n  "ui": {}, // c\n  // d\n}',
])  # fmt: skip
def test_our_reader_takes_what_it_takes(qwen: Client, asking: Check, text: str) -> None:
    assert is_read(text) == (asking(qwen).verdict("qwen", {SETTINGS: text.encode()}).reasons == ())


def is_read(text: str) -> bool:
    form = next(spec.format for spec in ADAPTERS["qwen"].specs if spec.path == SETTINGS)
    try:
        form.read(text.encode())
    except FormatError:
        return False
    return True
