"""What Prometheus is told; nothing of what anybody asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from edge.serve.queue import Queue

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The figures of one application."""

    def __init__(self, queue: Queue) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "edge_requests",
            "Requests by route and status.",
            ["route", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "edge_request_seconds",
            "From a request's first byte to its answer's last.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.first = Histogram(
            "edge_first_piece_seconds",
            "From a request to the first piece of its answer.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.tokens = Counter(
            "edge_tokens", "Tokens taken in and made.", ["kind"], registry=self._registry
        )
        self.refused = Counter(
            "edge_refused", "Requests refused for now.", ["status"], registry=self._registry
        )
        self.gone = Counter(
            "edge_clients_gone", "Clients that left before the end.", registry=self._registry
        )
        waiting = Gauge("edge_waiting", "Requests in the queue.", registry=self._registry)
        waiting.set_function(lambda: queue.waiting)
        running = Gauge("edge_running", "Requests being answered.", registry=self._registry)
        running.set_function(lambda: queue.running)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)
