"""Calls the API by the client for Python; see README.md beside it."""

import json
import sys
import time
from pathlib import Path

from meschain_bi import ApiClient, Configuration, FiguresApi, IngestApi
from meschain_bi.exceptions import NotFoundException
from meschain_bi.models import BatchStatus, FileKind, Metric

PATIENCE_SECONDS = 60


def main(host: str, key: str, company: str, other: str, file: str) -> None:
    with ApiClient(Configuration(host=host, access_token=key)) as client:
        figures, ingest = FiguresApi(client), IngestApi(client)

        dashboard = figures.get_dashboard(company=company)
        tiles = {tile.metric: tile for tile in dashboard.tiles}
        revenue = tiles[Metric.NET_MINUS_REVENUE]

        body = Path(file).read_bytes()
        sent = ingest.send_batch(company, body, kind=FileKind.SALES, idempotency_key="python-1")
        began, batch = time.monotonic(), sent
        while batch.status == BatchStatus.STORED and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(0.02)
            batch = ingest.get_batch(sent.batch, company)
        again = ingest.send_batch(company, body, kind=FileKind.SALES, idempotency_key="python-1")

        refusal = {"status": 200, "type": "none", "named": False}
        try:
            figures.get_manifest(other)
        except NotFoundException as refused:
            problem = refused.data
            named = problem.request_id is not None
            refusal = {"status": problem.status, "type": problem.type.value, "named": named}
    seen = {
        "company": dashboard.company,
        "currency": dashboard.currency.value,
        "tiles": len(dashboard.tiles),
        "net_revenue": revenue.value,
        "gaps": revenue.sparkline.count(None),
        "points": len(revenue.sparkline),
        "status": batch.status.value,
        "taken": batch.report.taken,
        "reason": batch.report.examples[0].reason,
        "is_same": again.batch == sent.batch,
        "refusal": refusal,
    }
    print(json.dumps(seen))


main(*sys.argv[1:6])
