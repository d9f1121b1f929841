"""Servers with secrets, references and text that only looks like one, for the laws of masking."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from reconciler.mapping.templates import literal

ODD = st.text(st.sampled_from("ab1${}:-~'\"\\/@=&?%#;, \n\t.é日\u200b") | st.characters(exclude_categories=["Cs"]), max_size=12)
PIECES = st.sampled_from(["${", "$${", "$", "}", "${env:A}", "${env:A:-x}", "${secret:no}", "${home}", "/home/u", "/home/u/x", "--root=/home/u", "a:/home/u/b", "/home/user2"])
TEXTS = st.lists(ODD | PIECES, max_size=4).map("".join).map(literal)
SECRETS = st.text(string.ascii_letters + string.digits, min_size=20, max_size=30).map(lambda t: f"Zq8{t}9wK")
KEYS = st.sampled_from(["API_KEY", "TOKEN", "MODE", "PATH", "A KEY", "A-KEY", "x.y", "DB_PASSWORD"])
REFERENCES = st.sampled_from(["${env:A}", "${env:A:-dflt}", "pre ${env:B}", "https://${env:HOST}/x"])
VALUES = TEXTS | REFERENCES | SECRETS


@st.composite
def servers(draw: st.DrawFn) -> dict[str, Any]:
    secret = draw(SECRETS)
    return {
        "command": draw(TEXTS) or "c",
        "args": draw(st.lists(VALUES | st.just("--token") | st.just("-e") | st.builds("--password={}".format, SECRETS), max_size=5)),
        "env": draw(st.dictionaries(KEYS, VALUES, max_size=4)),
        "url": draw(st.sampled_from([f"https://u:{secret}@h.example/p", f"https://h.example/?token={secret}", "https://h.example/x"])),
        "headers": draw(st.dictionaries(st.sampled_from(["Authorization", "X-Api-Key", "Accept"]), VALUES | SECRETS.map("Bearer {}".format), max_size=3)),
        "extra": {"qwen": draw(st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=3), max_size=3))},
    }
