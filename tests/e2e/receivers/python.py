"""A server that continues traces in Python: with OpenTelemetry (tracecontext) or py_zipkin (b3, b3multi).

Prints its port, then answers each request with what the library made of its headers.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALLOWED = "traceparent, tracestate, baggage, b3, x-b3-traceid, x-b3-spanid, x-b3-sampled"


def opentelemetry(headers):
    from opentelemetry.sdk.trace import TracerProvider, sampling
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name.lower(): value for name, value in headers.items()}
    context = TraceContextTextMapPropagator().extract(carrier)
    # A span that is not recorded knows no parent: record all, and ask the incoming context for the decision.
    provider = TracerProvider(sampler=sampling.ALWAYS_ON)
    span = provider.get_tracer("receiver").start_span("request", context=context)
    mine, parent = span.get_span_context(), span.parent
    incoming = get_current_span(context).get_span_context()
    return {
        "trace": format(mine.trace_id, "032x"),
        "parent": format(parent.span_id, "016x"),
        "sampled": bool(incoming.trace_flags.sampled),
        "state": mine.trace_state.get("rum"),
    }


def zipkin(headers):
    from py_zipkin.request_helpers import extract_zipkin_attrs_from_headers

    attrs = extract_zipkin_attrs_from_headers(headers)
    return {"trace": attrs.trace_id, "parent": attrs.span_id, "sampled": attrs.is_sampled}


JUDGE = {"opentelemetry": opentelemetry, "zipkin": zipkin}[sys.argv[1]]


class Handler(BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("access-control-allow-origin", "*")
        self.send_header("access-control-allow-headers", ALLOWED)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_OPTIONS(self):
        self.answer(b"")

    def do_GET(self):
        self.answer(json.dumps(JUDGE(self.headers)).encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
