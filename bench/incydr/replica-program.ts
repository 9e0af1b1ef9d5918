// A replica as a process of its own: an Incydr client that is told over the channel to its parent what to do.

import { createIncydrClient, parseUserId } from "../../src/incydr/index.ts";
import type { ReplicaCommand, ReplicaMessage, ReplicaSettings } from "./replica.ts";
import { monotonicMs } from "./request-start-times.ts";
import { makeCall } from "./workload.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as ReplicaSettings; // written by replica.ts
const tell = (message: ReplicaMessage) => {
  if (process.connected) process.send?.(message);
};

const client = createIncydrClient({
  ...settings,
  hooks: {
    onRequest: ({ lane }) => tell({ kind: "start", lane, atMs: monotonicMs() }),
    onResponse: ({ status }) => tell({ kind: "response", status }),
    onSharing: (event) => tell({ kind: "sharing", event }),
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
        tell({ kind: "report", report: await makeCall(client, n, subject, deadlineMs) }),
      ),
    );
  },
  read: () => tell({ kind: "reading", reading: client.limiter.read() }),
  close: async () => {
    await client.close();
    process.disconnect();
  },
};

process.on("message", (command: ReplicaCommand) => {
  // One function of the table for each kind; the types of the two can't be told apart together.
  const run = work[command.kind] as (command: ReplicaCommand) => unknown;
  void Promise.resolve(run(command)).then(() => tell({ kind: "done", command: command.kind }));
});
process.on("disconnect", () => void client.close());
tell({ kind: "up" });
