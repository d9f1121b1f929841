"""The application: guards around features. Everything it needs comes in through ``services``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from api import errors
from api.all_features import ROUTERS
from api.features.auth.limits import Limits
from api.features.live.hub import Hub
from api.features.metrics.collecting import Counted, Now
from api.features.webhooks.signatures import Deliveries
from api.guards.access_log import AccessLog
from api.guards.headers import SecurityHeaders
from api.guards.origins import Origins
from api.guards.sizes import Sizes
from api.guards.texts import Texts
from api.openapi import described, methods_of
from api.pages import Pages
from api.services import Services
from reconciler import __version__

_SUMMARY = "Keeps the configuration of AI coding clients in step."


def create_app(services: Services) -> FastAPI:
    """The gateway over these services."""
    app = FastAPI(
        title="reconciler",
        version=__version__,
        summary=_SUMMARY,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere, which the headers forbid
        redoc_url=None,
        middleware=_guards(services),
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.limits = Limits(services.stopwatch)
    app.state.hub = Hub(services)
    app.state.deliveries = Deliveries()
    app.state.metrics = CollectorRegistry()
    for collector in (Now(services), Counted(services)):
        app.state.metrics.register(collector)
    app.router.default = Pages(services.pages, app.router.default)
    return _with_features(app)


def _with_features(app: FastAPI) -> FastAPI:
    errors.install(app)
    app.state.methods_of = methods_of
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


def described_app() -> FastAPI:
    """The application without services: good for its description alone."""
    app = FastAPI(title="reconciler", summary=_SUMMARY)
    return _with_features(app)


def _guards(services: Services) -> list[Middleware]:
    """Outermost first: even what is refused is logged and gets the headers."""
    gateway = services.gateway
    headers, origins = Middleware(SecurityHeaders, is_secure=gateway.is_secure), Middleware(Origins, gateway=gateway)
    rows: list[Any] = [Middleware(AccessLog, services=services), headers, origins, Middleware(Sizes, most_bytes=gateway.most_bytes), Middleware(Texts)]
    return rows
