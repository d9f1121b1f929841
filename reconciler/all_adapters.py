"""The catalogue of clients, in the order in which adoption asks them."""

from reconciler.adapters.acli import ACLI
from reconciler.adapters.claude import CLAUDE
from reconciler.adapters.codex import CODEX
from reconciler.adapters.qwen import QWEN
from reconciler.mapping.adapter import Adapter

CATALOGUE: tuple[Adapter, ...] = (CLAUDE, CODEX, QWEN, ACLI)
ADAPTERS: dict[str, Adapter] = {a.client: a for a in CATALOGUE}
