"""Every feature of the gateway, in the order of the documentation. A new one is a folder and a line here."""

from __future__ import annotations

from api.features.about.routes import router as about
from api.features.adoption.routes import router as adoption
from api.features.approvals.routes import router as approvals
from api.features.artifacts.routes import router as artifacts
from api.features.audit.routes import router as audit
from api.features.auth.routes import router as auth
from api.features.clients.routes import router as clients
from api.features.conflicts.routes import router as conflicts
from api.features.export.routes import router as export
from api.features.gaps.routes import router as gaps
from api.features.health.routes import router as health
from api.features.history.routes import router as history
from api.features.ignore.routes import router as ignore
from api.features.live.routes import router as live
from api.features.logs.routes import router as logs
from api.features.metrics.routes import router as metrics
from api.features.policy.routes import router as policy
from api.features.schemas.routes import router as schemas
from api.features.sharing.routes import router as sharing
from api.features.sync.routes import router as sync
from api.features.users.routes import router as users
from api.features.webhooks.routes import router as webhooks

ROUTERS = (
    *(auth, users, adoption, clients, sync, conflicts, approvals, history, sharing, gaps),
    *(policy, ignore, schemas, logs, audit, export, artifacts, live, webhooks, health, metrics, about),
)
PUBLIC = frozenset({"login", "link", "setup", "healthz", "readyz", "metrics", "git_push"})
"""Routes that need no role, by the name of their function. A test compares this with what the routes declare."""
