// One running product for a test file: `xtask start` with a state of its own on a free port.
//
// Out of scope: what a browser does with it (browser.mjs).
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_LIMIT_MS = 240_000;

/** A free loopback port. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Starts the product and resolves once it prints its addresses. `set` are variables of the edge, such as
 * `CALLS_INSIDE`, which lets it call servers of the test.
 * @param {{ demo?: boolean, state?: string, port?: number, set?: Record<string, string> }} options
 * @returns {Promise<{ origin: string, invite: string, state: string, port: number, printed(): string, stop(): Promise<void>, crash(): Promise<void> }>}
 */
export async function startStack({ demo = false, state, port, set = {} } = {}) {
  const folder = state ?? (await mkdtemp(join(tmpdir(), "meschain-e2e-")));
  const listen = port ?? (await freePort());
  const xtask = process.env.MESCHAIN_XTASK ?? "target/debug/xtask";
  const args = ["start", "--port", String(listen), "--state", folder];
  if (!demo) args.push("--no-demo");
  const variables = Object.fromEntries(Object.entries(set).map(([name, value]) => [`MESCHAIN_${name}`, value]));
  const child = spawn(xtask, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...variables } });
  let printed = "";
  const exited = new Promise((done) => child.once("exit", done));
  const invite = await new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`the product printed no address within ${START_LIMIT_MS} ms:\n${printed}`)),
      START_LIMIT_MS,
    );
    const read = (chunk) => {
      printed += chunk;
      const link = printed.match(/http:\/\/localhost:\d+\/\?join=[A-Za-z0-9_-]+/);
      if (link) {
        clearTimeout(limit);
        resolve(link[0]);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(limit);
      reject(new Error(`start ended with ${code}:\n${printed}`));
    });
  });
  const crash = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  };
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    origin: `http://localhost:${listen}`,
    invite,
    port: listen,
    state: folder,
    printed: () => printed,
    /** Ends it as Ctrl-C does, and removes its state. */
    stop: () => end("SIGINT"),
    /** Ends it without a word and leaves its state as it is. */
    crash,
  };
}
