"""Every act of a person that the gateway records and tells has its words in each language of the dashboard."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AREAS = "adoption|approvals|clients|conflicts|export|history|policy|sharing|sync|tokens|users"


def _acts() -> set[str]:
    texts = [path.read_text("utf-8") for path in (ROOT / "api").rglob("*.py")]
    return {found for text in texts for found in re.findall(rf'"((?:{AREAS})\.[a-z_]+)"', text)}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_act_has_its_words(language: str) -> None:
    words = json.loads((ROOT / "frontend/src/locales" / language / "dashboard.json").read_text("utf-8"))
    assert {f"{area}.{act}" for area, acts in words["did"].items() for act in acts} == _acts()
