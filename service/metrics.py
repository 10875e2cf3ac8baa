"""What the service counts. Labels never hold anything about a person."""

from __future__ import annotations

import time

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import func, select

from backend.kernel.database import Database
from backend.kernel.web import Handler
from connectors.model import InboxMessage, InboxStatus, OutboxMessage, OutboxStatus


class ServiceMetrics:
    """All metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "hcc_http_requests", "HTTP requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "hcc_http_request_seconds", "Time to answer an HTTP request.", ["route"], registry=self.registry
        )
        self.browsers = Gauge("hcc_webchat_connections", "Browsers connected to the web chat.", registry=self.registry)
        self.inbox = Gauge("hcc_inbox_messages", "Incoming messages by state.", ["status"], registry=self.registry)
        self.outbox = Gauge("hcc_outbox_messages", "Outgoing messages by state.", ["status"], registry=self.registry)

    async def refresh(self, database: Database, *, browsers: int) -> None:
        """Read the gauges that are states, not events."""
        self.browsers.set(browsers)
        async with database.connection() as connection:
            for gauge, column, statuses in (
                (self.inbox, InboxMessage.status, InboxStatus),
                (self.outbox, OutboxMessage.status, OutboxStatus),
            ):
                rows = (await connection.execute(select(column, func.count()).group_by(column))).all()
                counted = {row[0]: row[1] for row in rows}
                for status in statuses:
                    gauge.labels(status.value).set(counted.get(status.value, 0))


SERVICE_METRICS: web.AppKey[ServiceMetrics] = web.AppKey("service_metrics", ServiceMetrics)


@web.middleware
async def metrics_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count and time every request by its route's pattern, never by its path."""
    metrics = request.app[SERVICE_METRICS]
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    started = time.perf_counter()
    response = await handler(request)
    metrics.requests.labels(route, request.method, response.status).inc()
    if not isinstance(response, web.WebSocketResponse):
        metrics.request_seconds.labels(route).observe(time.perf_counter() - started)
    return response
