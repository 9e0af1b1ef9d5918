// Sends commands to an app over a number of connections, each as soon as the one before it is acked.

import { once } from "node:events";
import { Agent, request } from "node:http";
import { signRequest } from "../../sandbox/slack/delivery/sign-request.ts";

/** A round of commands; `answersUrl` gets the number of each command. */
export interface Round {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly answersUrl: string;
  readonly signingSecret: string;
  readonly commands: number;
  readonly connections: number;
}

/** The duration of a round, and the time to each ack, in milliseconds. */
export interface RoundResult {
  readonly ms: number;
  readonly ackMs: readonly number[];
}

let sent = 0;

process.on("message", async (round: Round) => {
  const agent = new Agent({ keepAlive: false });
  const ackMs: number[] = [];
  let left = round.commands;
  const connection = async () => {
    while (left > 0) {
      left -= 1;
      const before = performance.now();
      await send(round, agent);
      ackMs.push(performance.now() - before);
    }
  };
  const begunAt = performance.now();
  await Promise.all(Array.from({ length: round.connections }, connection));
  const result: RoundResult = { ms: performance.now() - begunAt, ackMs };
  agent.destroy();
  process.send?.(result);
});
await once(process, "disconnect");

async function send({ url, fields, answersUrl, signingSecret }: Round, agent: Agent): Promise<void> {
  sent += 1;
  const trigger = `${process.pid}.${sent}.load`;
  const body = new URLSearchParams({
    ...fields,
    trigger_id: trigger,
    response_url: `${answersUrl}/${trigger}`,
  }).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(Buffer.byteLength(body)),
    ...signRequest({ signingSecret, body, timestampSeconds: Math.floor(Date.now() / 1000) }),
  };
  const asked = request(url, { method: "POST", headers, agent });
  asked.end(body);
  const [response] = await once(asked, "response");
  response.resume();
  await once(response, "end");
  if (response.statusCode !== 200) throw new Error(`The app answered a command with ${response.statusCode}.`);
}
