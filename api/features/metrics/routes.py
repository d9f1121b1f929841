"""`/metrics`, in the text format of Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from api.errors import documented

router = APIRouter(tags=["health"], responses=documented())


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> PlainTextResponse:
    """Numbers for Prometheus. They name targets, and hold nothing of any config."""
    return PlainTextResponse(generate_latest(request.app.state.metrics).decode(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
