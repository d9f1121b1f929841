"""``mcp/<name>.yaml``: one MCP server, in the words of no client. Key order here is key order in the file.

Values are text templates (``${env:X}``, ``${secret:name}``, ``${home}``); what they refer to is not checked here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from reconciler.model.central_file import ENV_PATTERN, CentralFile, Extra, Text, overlay_of, rule_broken

Transport = Literal["stdio", "http", "sse", "ws"]
Milliseconds = Annotated[int, Field(gt=0)]
EnvName = Annotated[str, StringConstraints(pattern=ENV_PATTERN)]


class Timeouts(CentralFile):
    """How long to wait for the server, in milliseconds."""

    startup_ms: Milliseconds | None = Field(default=None, description="Wait this long for the server to start, in milliseconds.")
    tool_ms: Milliseconds | None = Field(default=None, description="Wait this long for the answer of a tool, in milliseconds.")


class ServerTools(CentralFile):
    """Which of the server's tools a client may see."""

    allowed: list[Text] | None = Field(default=None, description="Only these tools of the server are seen. Left out: all of them.")
    denied: list[Text] | None = Field(default=None, description="These tools of the server are never seen.")


class OAuth(CentralFile):
    """How a client signs in to the server."""

    client_id: Text | None = Field(default=None, description="The OAuth client id, for servers that do not register clients themselves.")


class Server(CentralFile):
    """One MCP server."""

    transport: Transport | None = Field(default=None, description="How to talk to the server. Left out: stdio with a command, http with a url.")
    command: Text | None = Field(default=None, description="The program to start (stdio only).")
    args: list[str] | None = Field(default=None, description="Arguments of the command, one item each.")
    env: dict[EnvName, str] | None = Field(
        default=None, description="Environment variables for the command. Write secrets as ${env:NAME} or ${secret:name}, never as they are."
    )
    cwd: Text | None = Field(default=None, description="The folder to start the command in. ${home} stands for the home directory.")
    url: Text | None = Field(default=None, description="Address of the server (http, sse and ws).")
    headers: dict[Text, str] | None = Field(default=None, description="Headers to send with each request. Write secrets as ${env:NAME} or ${secret:name}.")
    timeouts: Timeouts | None = Field(default=None, description="How long to wait for the server.")
    enabled: bool | None = Field(default=None, description="false: the server stays here, but clients do not start it.")
    tools: ServerTools | None = Field(default=None, description="Which of the server's tools a client may see.")
    description: str | None = Field(default=None, description="What the server is for, for people.")
    oauth: OAuth | None = Field(default=None, description="How a client signs in to the server.")
    extra: Extra | None = Field(default=None, description="Settings that only one client has, below that client's name.")

    @model_validator(mode="after")
    def _has_what_its_transport_needs(self) -> Server:
        if self.command and self.url:
            raise rule_broken("url", "a server has a command or a url, not both")
        if not self.command and not self.url:
            raise rule_broken("transport", "the server has no command (stdio) and no url (http, sse, ws)")
        if self.transport == "stdio" and not self.command:
            raise rule_broken("transport", "a stdio server needs a command and has no url")
        if self.transport in ("http", "sse", "ws") and not self.url:
            raise rule_broken("transport", f"a server that is reached by {self.transport} needs a url and has no command")
        return self

    @property
    def effective_transport(self) -> Transport:
        """The transport, also when the file leaves it out."""
        return self.transport or ("stdio" if self.command else "http")


ServerOverlay = overlay_of(Server)
