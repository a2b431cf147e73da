// An OpenID provider on this machine: the one of the edge's tests, in a process of its own.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../edge/scripts/oidc-provider.mjs", import.meta.url));

/** What the edge is at the provider, as variables of the edge. */
export const CLIENT = { OIDC_CLIENT_ID: "bi", OIDC_CLIENT_SECRET: "secret of the tests & more" };

/**
 * Starts it for an edge whose answers go to an address. Everybody who comes is Alice until `be` says somebody else.
 * @returns {Promise<{ origin: string, be(name: string): Promise<void>, stop(): Promise<void> }>}
 */
export async function startProvider(redirect) {
  const child = spawn(process.execPath, [SCRIPT, redirect], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise((done) => child.once("exit", done));
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (/^\d+$/.test(line)) resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code}:\n${complaint}`)));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    be: async (name) => {
      const answer = await fetch(`${origin}/be/${name}`);
      if (!answer.ok) throw new Error(`the provider answers ${answer.status}`);
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
