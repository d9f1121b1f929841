"""Writes the description of the gateway that clients are generated from: ``python scripts/openapi.py api/openapi.json``."""

from __future__ import annotations

import sys
from pathlib import Path

from api.app import described_app
from api.openapi import text

Path(sys.argv[1]).write_text(text(described_app().openapi()))
