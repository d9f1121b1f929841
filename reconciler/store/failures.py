"""What git says when a remote cannot be used, as the word of a condition, a sentence and a cure. Pure text."""

from __future__ import annotations

import re

from reconciler.errors import RemoteFailed

_LONGEST = 300
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s'\"]+@")
_TOKENS = re.compile(r"(?i)\b(authorization|token|password|secret)\b\s*[:=]\s*\S+(\s+\S+)?")

# In this order: a refused host key is followed by the sentence about missing access rights.
_KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (
        "HostKeyRefused",
        r"host key verification failed|remote host identification has changed|certificate (problem|verif)|server certificate|SSL_ERROR|tls (alert|handshake)",
        "the host's key or certificate is not the known one",
        "make sure that it is the right host; then connect once by hand, or mend ~/.ssh/known_hosts or the certificates",
    ),
    (
        "DiskFull",
        r"no space left|disk quota exceeded|unable to write (loose|sha1)|write error",
        "there is no space left for what the remote has",
        "free some space",
    ),
    (
        "AccessRefused",
        r"permission denied|authentication failed|could not read (username|password)|prompts disabled|returned error: (401|403)|access denied|unauthorized|invalid username",
        "the remote refused access",
        "give git credentials for it: a credential helper for https, a key in the agent for ssh; `git ls-remote URL` must work without a question",
    ),
    (
        "NoSuchRepository",
        r"repository not found|does not appear to be a git repository|repository .* not found|returned error: 404|does not exist|no such file or directory",
        "there is no repository at this address",
        "make it on the host, or mend the address",
    ),
    (
        "Unreachable",
        r"could not resolve|connection (refused|timed out|reset|closed)|network is unreachable|no route to host|couldn't connect|failed to connect|unable to access"
        r"|hung up|early eof|broken pipe|operation too slow|returned error: 5\d\d",
        "the remote could not be reached",
        "it is tried again; see whether the host and the network are up",
    ),
    (
        "Damaged",
        r"fsck error|fsckobjects|object .* (corrupt|missing)|bad (tree|object|pack)|index-pack failed|unresolved deltas|unable to read tree",
        "what the remote sent, or what is here, is damaged",
        "run `git fsck` here and on the host",
    ),
    (
        "Locked",
        r"\.lock'?: file exists|unable to create '.*\.lock|cannot lock ref",
        "another Git process holds a lock of the repository",
        "it is tried again; a lock that a killed process left is taken away after a minute",
    ),
)


def failure(doing: str, where: str, err: str) -> RemoteFailed:
    """The error for a call that ended badly. ``where`` is the address without credentials."""
    for reason, pattern, sentence, advice in _KNOWN:
        if re.search(pattern, err, re.IGNORECASE):
            return RemoteFailed(reason, f"{doing} {where}: {sentence}", advice)
    return RemoteFailed("Failed", f"{doing} {where}: git said: {said(err) or 'nothing'}", "try the same with plain git in the repository")


def timed_out(doing: str, where: str) -> RemoteFailed:
    sentence = f"{doing} {where}: the remote did not answer within the time limit"
    return RemoteFailed("TimedOut", sentence, "it is tried again; see whether the host and the network are up, or raise RECONCILER_GIT_TIMEOUT_S")


def said(text: str) -> str:
    """What git or the host said, on one line, without progress and without anything that may be a credential."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
    kept = [line for line in lines if line and not re.search(r"\d+% \(|, done\.$|^(hint|To |Enumerating|Delta compression|Total )", line)]
    return without_credentials("; ".join(dict.fromkeys(kept)))[:_LONGEST]


def without_credentials(text: str) -> str:
    return _TOKENS.sub(r"\1: …", _CREDENTIALS.sub("", text))
