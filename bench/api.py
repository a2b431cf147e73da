"""Every endpoint asked by schemathesis as the OpenAPI document says, and as it does not: `cargo xtask bench api`.

Starts the product without a demo company on a port of its own, opens a company with data, and runs
schemathesis once for each kind of credential: an owner's session, a key with all scopes, the operator's
token, nobody. A JSON line each says how many cases there were and how many failed; any failure ends the
program with an error. What is installed goes below target/.

  --examples N   examples for each operation and phase (default 75)
  --only KIND    session, key, operator or nobody
"""

import argparse
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCHEMATHESIS = "4.32.5"
# Nothing is held up: what limits do is tested elsewhere, and here it would hide what lies behind them.
LIMITS = {
    "MESCHAIN_KEY_RATE": "100000/1 100000",
    "MESCHAIN_SESSION_RATE": "100000/1 100000",
    "MESCHAIN_DAY_QUOTA": "100000000",
    "MESCHAIN_MONTH_QUOTA": "100000000",
}
CSV = (
    "order_date,channel,order_id,sku,quantity,unit_price\n"
    "2026-11-02,n11,1,a,1,10\n2026-11-03,n11,2,b,2,20\n2026-11-03,n11,,b,x,20\n"
)
# What no schema says: which bytes are a table (422), and, each 400, that no bits are set after a network's prefix, which
# text is an address that can be called, what a program of one kind has and of another has not, that an issuer gives
# one of two, what a program's own request for consent holds, which grant is for whom, and that a browser makes passkeys.
# What is refused for its size (413) is refused. The session that asks is not ended by what it asks.
CONFIG = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]

[parameters]
"query.company" = "{company}"

[[operations]]
include-name = "PATCH /api/auth/v1/companies/{{id}}"
parameters = {{ id = "{company}" }}

[[operations]]
include-name = "POST /api/ingest/v1/batches"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422]

[[operations]]
include-name = "POST /api/bi/v1/predictions"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]

[[operations]]
include-name = "PUT /api/bi/v1/predictions"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409]

[[operations]]
include-name = "DELETE /api/auth/v1/sessions/{{id}}"
enabled = false

[[operations]]
include-name = [
  "PUT /api/auth/v1/access-lists", "POST /api/auth/v1/clients", "POST /api/auth/v1/issuers",
  "PUT /api/auth/v1/issuers/{{id}}", "POST /api/webhooks/v1/endpoints", "PATCH /api/webhooks/v1/endpoints/{{id}}",
  "POST /api/auth/v1/passkeys", "GET /api/auth/v1/consents", "POST /api/auth/v1/consents", "POST /api/oauth/v1/token", "POST /api/oauth/v1/device",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]

[[operations]]
include-name = "POST /api/auth/v1/keys"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409]
"""
ROOT = Path(__file__).resolve().parent.parent


def tool() -> Path:
    """Schemathesis in an environment of its own."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = target / "tools" / f"schemathesis-{SCHEMATHESIS}"
    program = folder / "bin" / "st"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"schemathesis=={SCHEMATHESIS}"], check=True)
    return program


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Product:
    """The product, running with a state of its own."""

    def __init__(self, state: str):
        self.port = free_port()
        program = os.environ.get("MESCHAIN_XTASK", str(ROOT / "target/debug/xtask"))
        self.child = subprocess.Popen(
            [program, "start", "--port", str(self.port), "--state", state, "--no-demo"],
            cwd=ROOT, env={**os.environ, **LIMITS}, stdout=subprocess.PIPE, text=True,
        )
        for line in self.child.stdout:
            found = re.search(r"\?join=([A-Za-z0-9_-]+)", line)
            if found:
                self.token = found.group(1)
                break
        else:
            raise SystemExit("the product did not start")
        self.operator = (Path(state) / "admin-token").read_text().strip()

    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text!r}")
        return answer, json.loads(text)

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(30)


def credentials(product: Product) -> dict:
    """A company with data, and the ways to ask about it."""
    typed = {"content-type": "application/json"}
    claim = json.dumps({"token": product.token, "name": "Fuzzed"})
    answer, company = product.ask("POST", "/api/auth/v1/claim", typed, claim)
    cookie = answer.getheader("set-cookie").split(";")[0]
    company = company["profile"]["id"]
    own = {"cookie": cookie}
    path = f"/api/ingest/v1/batches?company={company}"
    _, batch = product.ask("POST", path, {**own, "content-type": "text/csv"}, CSV)
    path = f"/api/ingest/v1/batches/{batch['batch']}?company={company}"
    until = time.monotonic() + 60
    while product.ask("GET", path, own)[1]["status"] == "stored":
        if time.monotonic() > until:
            raise SystemExit("the data was not worked in")
    scopes = ["read:bi", "write:bi", "read:ingest", "write:ingest", "write:company"]
    wish = json.dumps({"name": "fuzz", "scopes": scopes})
    _, made = product.ask("POST", "/api/auth/v1/keys", {**own, **typed}, wish)
    return {
        "company": company,
        "session": f'[auth.openapi.session]\napi_key = "{cookie.split("=", 1)[1]}"',
        "key": f'[auth.openapi.key]\nbearer = "{made["secret"]}"',
        "operator": f'[auth.openapi.operator]\nbearer = "{product.operator}"',
        "nobody": "",
    }


def run(product: Product, kind: str, way: str, company: str, examples: int, folder: str) -> dict:
    """One run; gives how many cases there were and what failed."""
    config = Path(folder) / "schemathesis.toml"
    config.write_text(way + CONFIG.format(company=company))
    report = Path(folder) / f"{kind}.json"
    url = f"http://127.0.0.1:{product.port}"
    command = [
        tool(), "--config-file", config, "run", f"{url}/api/openapi.json", "--url", url,
        "--max-examples", str(examples), "--seed", "1", "--checks", "all", "--no-color",
        "--continue-on-failure", "--generation-database", ":memory:",
        "--report", "ndjson", "--report-ndjson-path", report,
    ]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    (Path(folder) / f"{kind}.txt").write_text(said.stdout + said.stderr)
    numbers = re.findall(r"(\d+) generated", said.stdout)
    return {
        "kind": kind,
        "cases": sum(map(int, numbers)),
        "exit": said.returncode,
        "said": said.stdout,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=75)
    parser.add_argument("--only")
    chosen = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        product = Product(str(Path(folder) / "state"))
        try:
            ways = credentials(product)
            company = ways.pop("company")
            for kind, way in ways.items():
                if chosen.only in (None, kind):
                    came = run(product, kind, way, company, chosen.examples, folder)
                    said = came.pop("said")
                    if came["exit"] != 0:
                        failed = True
                        print(said, file=sys.stderr)
                    print(json.dumps(came), flush=True)
        finally:
            product.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
