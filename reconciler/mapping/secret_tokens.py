"""Whether a text itself looks like a secret: known shapes of tokens, private keys, randomness; and what never is one.

Every pattern is linear: it starts only where a run of its characters starts, and never tries a second split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

Span = tuple[int, int]
"""Offsets of the first character and of the one behind the last."""

REFERENCE = "\ufffc"
"""Stands in a text for a reference: it is no literal text, so nothing that holds it is a secret."""

_RUN = re.compile(r"[A-Za-z0-9_.-]{16,}+")
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"sk-[A-Za-z0-9_-]{20,}+|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}+|whsec_[A-Za-z0-9]{16,}+"
    r"|gh[pousr]_[A-Za-z0-9]{30,}+|github_pat_[A-Za-z0-9_]{30,}+|gl(?:pat|dt|rt|ptt|cbt|agent)-[A-Za-z0-9_-]{20,}+"
    r"|xox[abcdeoprs]-[A-Za-z0-9-]{16,}+|xapp-[0-9]-[A-Za-z0-9-]{20,}+"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20,}+|ya29\.[A-Za-z0-9_-]{20,}+"
    r"|eyJ[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+(?:\.[A-Za-z0-9_-]*+)?"
    r"|hf_[A-Za-z0-9]{30,}+|npm_[A-Za-z0-9]{30,}+|pypi-[A-Za-z0-9_-]{50,}+|do[opr]_v1_[a-f0-9]{60,}+"
    r"|SG\.[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{16,}+|AT(?:ATT|CTT|BB)[A-Za-z0-9_-]{20,}+|lin_(?:api|oauth)_[A-Za-z0-9]{30,}+"
    r"|ntn_[A-Za-z0-9]{30,}+|secret_[A-Za-z0-9]{40,}+|fig[duo]_[A-Za-z0-9_-]{30,}+|shp(?:at|ss|ca|pa)_[a-fA-F0-9]{30,}+"
    r"|sntry[us]_[A-Za-z0-9_-]{30,}+|gsk_[A-Za-z0-9]{40,}+|r8_[A-Za-z0-9]{30,}+|pplx-[A-Za-z0-9]{30,}+|tvly-[A-Za-z0-9_-]{20,}+"
    r"|fc-[a-f0-9]{32}|ph[cx]_[A-Za-z0-9]{30,}+|dckr_pat_[A-Za-z0-9_-]{20,}+|hv[sbr]\.[A-Za-z0-9_-]{24,}+"
    r"|dp\.(?:pt|st|sa|ct)\.[A-Za-z0-9]{30,}+|AGE-SECRET-KEY-1[A-Z0-9]{50,}+|PMAK-[A-Za-z0-9-]{30,}+|sb[ps]_[A-Za-z0-9]{30,}+"
    r"|xai-[A-Za-z0-9]{40,}+|ctx7sk-[A-Za-z0-9-]{20,}+|nvapi-[A-Za-z0-9_-]{30,}+|glc_[A-Za-z0-9+/=]{30,}+|glsa_[A-Za-z0-9_]{30,}+"
    r"|rnd_[A-Za-z0-9]{24,}+|e2b_[a-f0-9]{30,}+|apify_api_[A-Za-z0-9]{30,}+|cfut_[A-Za-z0-9]{30,}+|ops_ey[A-Za-z0-9_-]{40,}+"
    r")"
)
_TELEGRAM = re.compile(r"(?<![A-Za-z0-9_:-])(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_-]{33}")
_HOOK = re.compile(
    r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,}+|(?<=discord\.com/api/webhooks/)[0-9]{10,}+/[A-Za-z0-9_-]{30,}+"
)
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_SAMPLE = re.compile(r"xxxx|\*\*\*\*|\.\.\.\.|0000000|1234567890|EXAMPLE|your|YOUR|example|REDACTED")

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ULID = re.compile(r"0[0-7][0-9A-HJKMNP-TV-Z]{24}")
_CANDIDATE = re.compile(r"[A-Za-z0-9_+~-]{20,}+={0,2}")
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{36,}+={0,2}")
_HOSTNAME = re.compile(r"[a-z0-9-]++(?:\.[a-z0-9-]++)+(?::[0-9]+)?")
_NEAR_DIGEST = re.compile(r"(?:sha(?:1|256|384|512)[:-]|[@#])\Z")
_HEX = re.compile(r"[0-9a-f]+")


def suspicious_text(text: str) -> list[Span]:
    """Tokens of known shape and private keys in any text: the second scan, with next to no false alarms."""
    return merged([*_known(text), *_private_keys(text)])


def _known(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        yield from (m.span() for m in _KNOWN.finditer(text, run.start(), run.end()) if _is_real(m[0]))
    if ":AA" in text:
        yield from (m.span() for m in _TELEGRAM.finditer(text))
    if "/services/" in text or "/webhooks/" in text:
        yield from (m.span() for m in _HOOK.finditer(text) if _is_real(m[0]))


def _is_real(token: str) -> bool:
    """False for the samples of manuals: ``ghp_xxxx…``, ``AKIA…EXAMPLE``, and for words: ``sk-some-long-class-name``."""
    if token.startswith("sk-") and max(map(len, _ALNUM.findall(token))) < 16:
        return False
    return len(set(token)) > 7 and (any(c.isdigit() for c in token) or _alternates(token) or token.startswith(("AKIA", "ASIA"))) and not _SAMPLE.search(token)


def _alternates(token: str) -> bool:
    """One token in a hundred has no digit. ``sk-`` is left out: names of classes begin so."""
    last = _ALNUM.findall(token)[-1]
    return not token.startswith("sk-") and len(last) >= 16 and sum(a.isupper() != b.isupper() for a, b in pairwise(last)) >= 5


def _private_keys(text: str) -> Iterator[Span]:
    at = 0
    while begin := _PEM.search(text, at):
        end = text.find("-----END", begin.end())
        close = text.find("-----", end + 8) if end >= 0 else -1
        at = close + 5 if close >= 0 else len(text)
        if text[begin.end() : begin.end() + 64].strip(" \r\n\\n.…"):
            yield begin.start(), at


def random_spans(text: str) -> list[Span]:
    """Runs that look random: long, mixed, and neither an identity (UUID, digest), a host name nor a path of words."""
    if len(text) < 20 or _HOSTNAME.fullmatch(text):
        return []
    whole = _BASE64.fullmatch(text)
    if whole and "/" in text[1:] and text[0] != "/" and _is_mixed(text[:2000]):
        return [(0, len(text))]
    return [m.span() for m in _CANDIDATE.finditer(text) if _is_random(text, m)]


def _is_random(text: str, found: re.Match[str]) -> bool:
    run = found[0]
    if _ULID.fullmatch(run) or _SAMPLE.search(run):
        return False
    if _HEX.fullmatch(run) and _NEAR_DIGEST.search(text[max(0, found.start() - 8) : found.start()]):
        return False
    if run.startswith(("sha1-", "sha256-", "sha384-", "sha512-")):
        return False
    return _is_mixed(_UUID.sub("", run[:2000]))


def _is_mixed(run: str) -> bool:
    """Kinds of characters change as often as in random text, and seldom as in words: ``Qwen3-Coder-480B-A35B``."""
    parts = [part for part in _ALNUM.findall(run) if len(part) > 5]
    if len(set(run)) < 8:
        return False
    if all(map(_HEX.fullmatch, parts)):
        return any(len(part) >= 32 for part in parts) and len(set(run)) >= 10
    return sum(len(part) for part in parts if _changes(part) >= 0.25 * (len(part) - 1)) >= 18


def _changes(part: str) -> int:
    """How often lower case, upper case and digits follow each other, not counting ``Ab``."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in part]
    return sum(a != b and (a, b) != ("u", "l") for a, b in pairwise(kinds))


def merged(spans: list[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap as one."""
    out: list[Span] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
