/** Calls the API by the client for TypeScript; see README.md beside it. */
import { Configuration, FiguresApi, IngestApi, ProblemFromJSON, ResponseError } from "meschain-bi";

declare const process: { argv: string[] };
declare function require(name: "node:fs"): { readFileSync(path: string): Uint8Array<ArrayBuffer> };

const PATIENCE_MS = 60_000;

async function main(basePath: string, key: string, company: string, other: string, file: string): Promise<void> {
  const configuration = new Configuration({ basePath, accessToken: key });
  const figures = new FiguresApi(configuration);
  const ingest = new IngestApi(configuration);

  const dashboard = await figures.getDashboard({ company });
  const revenue = dashboard.tiles.find((tile) => tile.metric === "net-revenue");

  const body = new Blob([require("node:fs").readFileSync(file)]);
  const request = { company, body, kind: "sales" as const, idempotencyKey: "typescript-1" };
  const sent = await ingest.sendBatch(request);
  const began = Date.now();
  let batch = sent;
  while (batch.status === "stored" && Date.now() - began < PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    batch = await ingest.getBatch({ id: sent.batch, company });
  }
  const again = await ingest.sendBatch(request);

  const refusal = await figures.getManifest({ company: other }).then(
    () => ({ status: 200, type: "none", named: false }),
    async (error) => {
      if (!(error instanceof ResponseError)) throw error;
      const problem = ProblemFromJSON(await error.response.json());
      return { status: problem.status, type: problem.type, named: problem.requestId !== undefined };
    },
  );
  console.log(
    JSON.stringify({
      company: dashboard.company,
      currency: dashboard.currency,
      tiles: dashboard.tiles.length,
      net_revenue: revenue?.value ?? null,
      gaps: revenue?.sparkline.filter((value) => value === null).length ?? 0,
      points: revenue?.sparkline.length ?? 0,
      status: batch.status,
      taken: batch.report?.taken ?? null,
      reason: batch.report?.examples[0]?.reason ?? null,
      is_same: again.batch === sent.batch,
      refusal,
    }),
  );
}

const [basePath, key, company, other, file] = process.argv.slice(2);
main(basePath ?? "", key ?? "", company ?? "", other ?? "", file ?? "");
