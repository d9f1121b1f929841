"""``tools/<name>.yaml``: what clients may do without asking, must ask for, and must never do.

Each item is an entity of its own, named by its text (see ``tool_entry``). An overlay adds entries, and takes one
of a lower layer away by the same entry with ``absent: true`` (a raw one: below ``extra.<client>.absent``).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from reconciler.model.central_file import CentralFile, ClientName, Text, rule_broken
from reconciler.model.tool_entry import CATEGORIES

_CATEGORY_KEYS = ("shell", "read", "edit", "write", "web", "mcp")


def _no_category(client: str) -> str:
    if client in CATEGORIES:
        raise rule_broken("", "expected the name of a client, found a category of entries")
    return client


RawClient = Annotated[ClientName, AfterValidator(_no_category)]


class McpForm(CentralFile):
    """A tool of an MCP server."""

    server: Text = Field(description="Name of the MCP server.")
    tool: Text | None = Field(default=None, description="Name of its tool. Left out: all tools of the server.")


class EntryForm(CentralFile):
    """One entry: exactly one of shell, read, edit, write, web, mcp."""

    shell: list[str] | None = Field(default=None, min_length=1, description="Commands that start with these words, one item each.")
    exact: bool | None = Field(default=None, description="true, with shell: only the command of these words, with nothing after them.")
    read: Text | None = Field(default=None, description="Reading of the files that this pattern matches.")
    edit: Text | None = Field(default=None, description="Editing of the files that this pattern matches.")
    write: Text | None = Field(default=None, description="Writing of the files that this pattern matches.")
    web: Text | None = Field(default=None, description="Fetching from this host.")
    mcp: McpForm | None = Field(default=None, description="Calling a tool of an MCP server.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> EntryForm:
        said = [key for key in _CATEGORY_KEYS if getattr(self, key) is not None]
        if len(said) != 1:
            raise rule_broken(said[1] if said else "", f"an entry holds exactly one of {', '.join(_CATEGORY_KEYS)}")
        if self.exact is not None and self.shell is None:
            raise rule_broken("exact", "exact goes with shell only")
        return self


class EntryFormOverlay(EntryForm):
    """One entry of an overlay."""

    absent: bool = Field(default=False, description="true: this layer takes the entry away.")


class RawEntries(CentralFile):
    """Entries of one client that have no common form, as that client writes them."""

    allow: list[Text] | None = Field(default=None, description="Done without asking.")
    ask: list[Text] | None = Field(default=None, description="Done once a person agrees.")
    deny: list[Text] | None = Field(default=None, description="Never done.")


class RawEntriesOverlay(RawEntries):
    """Entries of one client in an overlay."""

    absent: RawEntries | None = Field(default=None, description="Entries of lower layers that this layer takes away.")


class ToolFile(CentralFile):
    """Allowed tools."""

    allow: list[EntryForm] | None = Field(default=None, description="Done without asking.")
    ask: list[EntryForm] | None = Field(default=None, description="Done once a person agrees.")
    deny: list[EntryForm] | None = Field(default=None, description="Never done; a deny is stronger than an allow.")
    extra: dict[RawClient, RawEntries] | None = Field(default=None, description="Entries that only one client has, below that client's name.")


class ToolOverlay(CentralFile):
    """Allowed tools of a layer above the base: what it adds, and what it takes away."""

    absent: bool = Field(default=False, description="true: this layer takes every entry of the file away.")
    allow: list[EntryFormOverlay] | None = Field(default=None, description="Done without asking. null: none of the lower layers' entries.")
    ask: list[EntryFormOverlay] | None = Field(default=None, description="Done once a person agrees. null: none of the lower layers' entries.")
    deny: list[EntryFormOverlay] | None = Field(default=None, description="Never done. null: none of the lower layers' entries.")
    extra: dict[RawClient, RawEntriesOverlay | None] | None = Field(default=None, description="Entries that only one client has.")
