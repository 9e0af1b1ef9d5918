// A replica as a separate process: an Incydr client that gets commands over the channel to its parent.

import { createIncydrClient, parseUserId } from "../../src/incydr/index.ts";
import type { ReplicaCommand, ReplicaMessage, ReplicaSettings } from "./replica.ts";
import { monotonicMs } from "./request-start-times.ts";
import { makeCall } from "./workload.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as ReplicaSettings; // written by replica.ts
const send = (message: ReplicaMessage) => {
  if (process.connected) process.send?.(message);
};

const { busyMs = 0, ...options } = settings;
const beBusy = () => {
  const endMs = performance.now() + busyMs;
  while (performance.now() < endMs);
};
if (busyMs > 0) setInterval(beBusy, 250).unref();

const client = createIncydrClient({
  ...options,
  hooks: {
    onRequest: ({ lane }) => send({ kind: "start", lane, atMs: monotonicMs() }),
    onResponse: ({ status }) => send({ kind: "response", status }),
    onSharing: (event) => send({ kind: "sharing", event }),
  },
});

const work: { [K in ReplicaCommand["kind"]]: (command: Extract<ReplicaCommand, { kind: K }>) => unknown } = {
  fill: async ({ lane, count, userId }) => {
    const calls = Array.from({ length: count }, () => client.users.getUser(parseUserId(userId), { lane }));
    await Promise.allSettled(calls);
  },
  calls: async ({ calls, deadlineMs }) => {
    await Promise.all(
      calls.map(async ({ n, subject }) =>
        send({ kind: "report", report: await makeCall(client, n, subject, deadlineMs) }),
      ),
    );
  },
  read: () => send({ kind: "reading", reading: client.limiter.read() }),
  close: async () => {
    await client.close();
    process.disconnect();
  },
};

process.on("message", (command: ReplicaCommand) => {
  // The table has one function for each kind, but TypeScript can't relate a kind to its function.
  const run = work[command.kind] as (command: ReplicaCommand) => unknown;
  void Promise.resolve(run(command)).then(() => send({ kind: "done", command: command.kind }));
});
process.on("disconnect", () => void client.close());
send({ kind: "up" });
