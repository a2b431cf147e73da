// A server of the company's own on this machine, which gets webhooks and answers as the test says.
import { createServer } from "node:http";

/**
 * Starts it.
 * @returns {Promise<{ url: string, status: number, asked: { headers: Record<string, string>, body: string, message: any }[],
 *   of(type: string): any[], stop(): Promise<void> }>} `status` is what it answers from then on.
 */
export async function startReceiver() {
  const asked = [];
  const receiver = { url: "", status: 204, asked, of: (type) => asked.filter(({ message }) => message.type === type), stop: undefined };
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("utf8");
      asked.push({ headers: request.headers, body, message: JSON.parse(body) });
      response.statusCode = receiver.status;
      response.end();
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  receiver.url = `http://127.0.0.1:${server.address().port}/hook`;
  receiver.stop = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return receiver;
}
