"""Net revenue per month of UCI Online Retail, computed without any code of this project.

Usage: uci_online_retail.py FILE[.gz]; prints JSON. The rules are those of docs/import.md:
rows that repeat another to the letter count once; quantities below zero are returns on their own day;
an invoice A... ("Adjust bad debt") or a negative price is an accounting adjustment and a negative
quantity at no price a write-off: all are left out. Only the standard library and its SQLite are used.
"""

import csv
import gzip
import json
import sqlite3
import sys
from decimal import ROUND_HALF_UP, Decimal


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as packed:
        text = packed.read()
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("cp1252")
    yield from csv.DictReader(decoded.splitlines(keepends=True))


def main(path):
    base = sqlite3.connect(":memory:")
    base.execute(
        "create table line (month text, minor integer, units integer, country text, row text primary key)"
        " without rowid"
    )
    count = {"rows": 0, "rejected": 0, "duplicates": 0, "taken": 0, "returns": 0}
    for row in rows(path):
        count["rows"] += 1
        price = Decimal(row["UnitPrice"].strip())
        quantity = int(row["Quantity"])
        is_adjustment = row["InvoiceNo"].strip().upper().startswith("A")
        if is_adjustment or not row["StockCode"].strip() or price < 0 or quantity == 0 or (quantity < 0 and price == 0):
            count["rejected"] += 1
            continue
        day = row["InvoiceDate"].split(" ")[0]
        month, _, year = day.split("/")
        minor = int((price * quantity * 100).quantize(Decimal(1), ROUND_HALF_UP))
        content = "\x1f".join(value.strip() for value in row.values())
        key = (f"{int(year):04d}-{int(month):02d}", minor, quantity, row["Country"], content)
        try:
            base.execute("insert into line values (?, ?, ?, ?, ?)", key)
        except sqlite3.IntegrityError:
            count["duplicates"] += 1
            continue
        count["taken"] += 1
        count["returns"] += quantity < 0
    months = dict(base.execute("select month, sum(minor) from line group by month order by month"))
    count["net_revenue_minor_by_month"] = months
    print(json.dumps(count, indent=1))


main(sys.argv[1])
