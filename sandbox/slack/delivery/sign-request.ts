import { createHmac } from "node:crypto";

/**
 * Makes Slack's signature headers for a body. `timestampSeconds` is a time of the machine's clock, which the app uses
 * too.
 */
export function signRequest(options: {
  signingSecret: string;
  body: string;
  timestampSeconds: number;
}): Record<string, string> {
  const { signingSecret, body, timestampSeconds } = options;
  const digest = createHmac("sha256", signingSecret).update(`v0:${timestampSeconds}:${body}`).digest("hex");
  return {
    "x-slack-request-timestamp": String(timestampSeconds),
    "x-slack-signature": `v0=${digest}`,
  };
}
