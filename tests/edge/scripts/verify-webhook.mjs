// Checks a message by the reference library of the Standard Webhooks specification. Reads `{ secret, headers, body }`
// from its input; says what the library read, or leaves with its complaint.
import { readFileSync } from "node:fs";

import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(new Webhook(secret).verify(body, headers)));
