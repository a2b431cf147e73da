// The rows as an Arrow table, which DuckDB and Perspective load.
import { Table, makeVector, tableToIPC } from "apache-arrow";

export function ipc(rows) {
  const { day, channel, category, product, quantity, revenue, cost } = rows;
  const wide = (column) => Int32Array.from(column);
  const columns = {
    day: wide(day), channel: wide(channel), category: wide(category), product: wide(product),
    quantity: wide(quantity), revenue, cost,
  };
  const vectors = Object.entries(columns).map(([name, values]) => [name, makeVector(values)]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), "stream");
}
