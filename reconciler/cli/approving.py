"""`approve` where other machines share the repository: over the API, as somebody, so that nobody approves their own change."""

from __future__ import annotations

import re
from typing import Any

from reconciler.errors import Retryable, Stalled
from reconciler.settings import Settings
from reconciler.wiring.running import served_at

_TIMEOUT_S = 120.0
_ID = re.compile(r"[0-9a-f]{4,10}")


def approve(settings: Settings, id_: str) -> dict[str, Any]:
    """What the API answers. Raises ``Stalled`` without an identity, and for what it refuses."""
    import httpx

    if not _ID.fullmatch(id_):
        raise Stalled(f"{id_[:40]}: no conflict or held change has this id; see `reconciler conflicts`")
    address, token = settings.api_url or served_at(settings), settings.token
    if not token:
        raise Stalled(
            "other machines share this repository, so a change is approved as somebody: approve it in the dashboard (`reconciler open`), "
            "or make a token with the scope approver there and give it in RECONCILER_TOKEN"
        )
    if not address:
        raise Stalled("nothing is served here; start `reconciler up`, or name the address of the API in RECONCILER_API_URL")
    try:
        answer = httpx.post(f"{address}/api/v1/approvals/{id_}/approve", headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT_S, trust_env=False)
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Retryable(f"{address}: the API does not answer ({type(error).__name__}); see RECONCILER_API_URL") from None
    if not answer.is_success:
        raise Stalled(str(said.get("detail", f"the API answers {answer.status_code}")))
    return {**said, "remote": None, "paused": None}
