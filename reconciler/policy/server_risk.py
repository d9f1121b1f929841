"""What a change of an MCP server risks, field by field."""

from __future__ import annotations

import re
from typing import Any

from reconciler.model.fields import Fields, Path, changed_paths, dotted
from reconciler.policy.addresses import address_dangers, url_dangers
from reconciler.policy.commands import command_dangers
from reconciler.policy.findings import Finding, high, low, medium
from reconciler.policy.hidden import strings

_RUN = (("command",), ("args",))

# Who sets one of these decides which host is asked, or which code is loaded.
_redirects = re.compile(
    r"(?:.*_)?(?:BASE_?URL|BASE_URI|API_(?:BASE|URL|HOST|ENDPOINT)|ENDPOINT_URL.*|PROXY|HOME)|(?:DOCKER|OLLAMA)_HOST|KUBECONFIG|PATH|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|PYTHON.*"
    r"|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSL_CERT_(?:FILE|DIR)|(?:REQUESTS|CURL)_CA_BUNDLE"
    r"|BASH_ENV|ENV|SHELL|PERL5.*|PERLLIB|RUBY(?:OPT|LIB)|_?JAVA_(?:TOOL_)?OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH"
    r"|GIT_(?:SSH|CONFIG|PROXY|EXEC_PATH|ASKPASS|EDITOR|PAGER|EXTERNAL_DIFF|TEMPLATE_DIR).*"
    r"|PROMPT_COMMAND|PS4|ZDOTDIR|EDITOR|VISUAL|(?:MAN|SYSTEMD_)?PAGER|BROWSER|LESS(?:OPEN|CLOSE)|OPENSSL_(?:CONF|MODULES|ENGINES)|GCONV_PATH"
    r"|NODE_REPL_EXTERNAL_MODULE|DOTNET_(?:STARTUP_HOOKS|ADDITIONAL_DEPS)|COR(?:ECLR)?_PROFILER.*|GO(?:FLAGS|PROXY|TOOLCHAIN)|RUST(?:C|C_.*WRAPPER|FLAGS)"
    r"|(?:MAVEN|GRADLE|JAVA|SBT)_(?:OPTS|ARGS)|LUA_(?:INIT|C?PATH).*|PHPRC|PHP_INI_SCAN_DIR|(?:ERL|ELIXIR_ERL)_.*(?:FLAGS|OPTIONS)"
    r"|(?:YARN|BUN_CONFIG|CARGO|COREPACK_NPM)_.*REGISTR(?:Y|IES).*"
    r"|NPM_CONFIG_.*|PIP_(?:.*INDEX|CONFIG|TRUSTED|FIND).*|UV_.*(?:INDEX|URL).*|COMSPEC",
    re.IGNORECASE,
)
_assignment = re.compile(r"(?:--?[a-z-]+=)?\"?'?([A-Za-z_]\w*)=")
# Fields of one client that skip a question, or name a program to run.
_approves = re.compile(r"trust.*|.*auto_?approve.*|always_?allow.*|.*approval_?mode.*|default_?mode|bypass.*", re.IGNORECASE)
_runs = re.compile(r".*(?:helper|command|hook|(?<!de)script).*", re.IGNORECASE)


def is_redirect(name: str) -> bool:
    """True for an environment variable that leads a program to another host or other code."""
    return _redirects.fullmatch(name.strip()) is not None


def server_findings(before: Fields | None, after: Fields | None) -> list[Finding]:
    if after is None:
        return [] if before is None else [low("a server is removed")]
    old: Fields = before or {}
    found = [medium("a new server")] if before is None else []
    for path in changed_paths(old, after):
        found += _field(path, old.get(path), after.get(path))
    if any(old.get(path) != after.get(path) for path in _RUN):
        found += [high(f"the command: {danger}") for danger in command_dangers(_words(after))]
    return found


def _words(fields: Fields) -> list[str]:
    args = fields.get(("args",), [])
    return [str(fields.get(("command",), "")), *(str(arg) for arg in (args if isinstance(args, list) else [args]))]


def _field(path: Path, was: Any, now: Any) -> list[Finding]:
    match path:
        case ("description",):
            return [low("the description")]
        case ("enabled",):
            return [low("the server is switched off") if now is False else medium("the server is switched on")]
        case ("tools", "denied"):
            return _denied(set(was or ()), set(now or ()))
        case ("tools", "allowed"):
            return _allowed(was, now)
        case ("url",):
            return [medium("the url changes"), *(high(f"the url: {danger}") for danger in url_dangers(str(now or "")))]
        case _:
            return [medium(f"{dotted(path)} changes"), *_added(path, now)]


def _added(path: Path, now: Any) -> list[Finding]:
    """What a leaf brings in, wherever it stands; nothing when it is taken away."""
    if now is None or now is False:
        return []
    texts = list(strings(now))
    found = [high(f"{dotted(path)}: {danger}") for text in texts for danger in address_dangers(text)]
    names = [path[1]] if path[0] == "env" and len(path) > 1 else []
    if path == ("args",):
        names = [match[1] for text in texts if (match := _assignment.match(text))]
    found += [high(f"{name} leads to another host or other code") for name in names if is_redirect(name)]
    return found + (_client_setting(path, texts) if path[0] == "extra" else [])


def _client_setting(path: Path, texts: list[str]) -> list[Finding]:
    found = [high(f"{dotted(path)} skips a question to the user") for name in path[2:] if _approves.fullmatch(name)]
    found += [high(f"{dotted(path)} is a command") for name in path[2:] if _runs.fullmatch(name)]
    found += [high(f"{dotted(path)}: {danger}") for text in texts if text for danger in command_dangers([text])]
    return found + [high(f"{name} leads to another host or other code") for name in path[2:] if is_redirect(name)]


def _denied(was: set[str], now: set[str]) -> list[Finding]:
    found = [high(f"tool {tool} is no longer denied") for tool in sorted(was - now)]
    return [*found, *([low("more tools are denied")] if now - was else [])]


def _allowed(was: list[str] | None, now: list[str] | None) -> list[Finding]:
    if now is None:
        return [high("every tool is allowed: the list of allowed tools is gone")]
    if was is None:
        return [low("only the listed tools are allowed")]
    added = sorted(set(now) - set(was))
    found = [high(f"allowed tool {tool} is a wildcard") if "*" in tool else medium(f"tool {tool} is allowed") for tool in added]
    return found or [low("fewer tools are allowed")]
