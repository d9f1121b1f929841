"""The front matter of ``rules/<name>.md``. The body is Markdown and is nobody's business here."""

from __future__ import annotations

from pydantic import Field

from reconciler.model.central_file import CentralFile, ClientName, Extra, Text, overlay_of


class RuleFrontMatter(CentralFile):
    """What is said about a rule above its text."""

    description: str | None = Field(default=None, description="What the rule is about, in a sentence.")
    globs: list[Text] | None = Field(default=None, description="The rule is for files that match one of these patterns. Left out: for all.")
    clients: list[ClientName] | None = Field(default=None, description="The rule is for these clients only. Left out: for all.")
    extra: Extra | None = Field(default=None, description="Settings that only one client has, below that client's name.")


RuleOverlay = overlay_of(RuleFrontMatter)
