import { createIncydrClient, type IncydrClient } from "../../src/incydr/index.ts";
import { atLeast, type Metric, median } from "../metric.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const userCount = 10_000;
const pageSize = 100;
const latencyMs = 20;

/** Compares `iterAll` with a pager that requests one page after the other, both without a rate limit. */
export async function measureListing(): Promise<Metric[]> {
  await using simulator = await startSimulatorProcess({ userCount, requestsPerMinute: null });
  await simulator.addFault({ kind: "latency", ms: latencyMs, on: "GET /v1/users" });
  await using client = createIncydrClient({ ...simulator, requestsPerMinute: Number.POSITIVE_INFINITY });
  await client.users.getPage({ pageSize: 1 });

  const time = async (list: (client: IncydrClient) => Promise<number>) => {
    await simulator.countRequests("/v1/users");
    const startedAtMs = performance.now();
    const listed = await list(client);
    const tookMs = performance.now() - startedAtMs;
    if (listed !== userCount) throw new Error(`${listed} of ${userCount} users were listed`);
    return { tookMs, requests: await simulator.countRequests("/v1/users") };
  };
  const rounds = [];
  for (let round = 0; round < 3; round += 1) {
    rounds.push({ ahead: await time(listAhead), oneByOne: await time(listOneByOne) });
  }
  const ratios = rounds.map(({ ahead, oneByOne }) => oneByOne.tookMs / ahead.tookMs);
  const requests = rounds.map(({ ahead, oneByOne }) => ahead.requests / oneByOne.requests);
  const times = rounds.map(
    ({ ahead, oneByOne }) => `${oneByOne.tookMs.toFixed()} ms / ${ahead.tookMs.toFixed()} ms`,
  );
  const what = `${userCount} users at ${latencyMs} ms, pages of ${pageSize}`;
  return [
    atLeast(
      4,
      `Listing ${what}: speed against a sequential pager`,
      median(ratios),
      `median of sequential / iterAll = ${times.join(", ")}`,
    ),
    {
      ...atLeast(1, "  requests against those of the sequential pager", Math.max(...requests), ""),
      formula: rounds.map(({ ahead, oneByOne }) => `${ahead.requests} / ${oneByOne.requests}`).join(", "),
      wanted: "= 1",
      isMet: requests.every((ratio) => ratio === 1),
    },
  ];
}

async function listAhead(client: IncydrClient): Promise<number> {
  let count = 0;
  for await (const _ of client.users.iterAll({ pageSize })) count += 1;
  return count;
}

async function listOneByOne(client: IncydrClient): Promise<number> {
  for (let pageNum = 1, count = 0; ; pageNum += 1) {
    const { users, totalCount } = await client.users.getPage({ pageNum, pageSize });
    count += users.length;
    if (count >= (totalCount ?? 0)) return count;
  }
}
