"""When a client that is open already takes up a file that was changed under it: said by kind, as one file may hold several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reconciler.model.names import MCP, RULES, TOOLS

When = Literal["live", "start", "unknown"]
"""``live``: a client that is open takes it up by itself; ``start``: it does when it is started anew; ``unknown``: nobody saw it."""


@dataclass(frozen=True)
class TakesEffect:
    """One word for each kind that stands in a file, None for those that do not."""

    mcp: When | None = None
    rules: When | None = None
    tools: When | None = None
    of_new: When | None = None
    """Of a file that was not there when the client was started, or is taken away, where it goes otherwise with that."""

    of_switched: When | None = None
    """Of a server that is switched off or on, where it goes otherwise with that."""

    def by_kind(self, is_new: bool = False, is_switched: bool = False) -> dict[str, When]:
        mcp = self.of_switched or self.mcp if is_switched else self.mcp
        words = {MCP: mcp, RULES: self.rules, TOOLS: self.tools}
        return {kind: self.of_new or word if is_new else word for kind, word in words.items() if word}


UNSAID = TakesEffect()
