// An OpenID provider on this machine for the tests of signing in: everybody who comes is Alice, or who the path
// `/be/NAME` said last. Arguments: where the answer goes. Says its port on a line of its own.
import http from "node:http";

import Provider, { interactionPolicy } from "oidc-provider";

const [redirect] = process.argv.slice(2);
const server = http.createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();
const client = { client_id: "bi", client_secret: "secret of the tests & more", redirect_uris: [redirect] };
// Who is asked to choose an account has chosen by coming.
const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ ...client, grant_types: ["authorization_code"], response_types: ["code"] }],
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  loadExistingGrant: async (context) => {
    const { Grant } = context.oidc.provider;
    const grant = new Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
});
let person = "alice";
const answer = provider.callback();
server.on("request", async (request, response) => {
  if (request.url.startsWith("/be/")) {
    person = request.url.slice("/be/".length);
    response.end();
  } else if (request.url.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, { login: { accountId: person }, select_account: {} });
  } else {
    answer(request, response);
  }
});
console.log(port);
