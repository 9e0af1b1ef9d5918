// Lists all users, and sends the memory in use meanwhile to its parent. With `keepAll` it keeps all users.

import { createIncydrClient, type User } from "../../src/incydr/index.ts";

const { keepAll, ...access } = JSON.parse(process.argv[2] ?? "{}");
const inUse = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

await using client = createIncydrClient({ ...access, requestsPerMinute: Number.POSITIVE_INFINITY });
await client.users.getPage({ pageSize: 100 });
const before = inUse();
const kept: User[] = [];
let most = 0;
let count = 0;
for await (const user of client.users.iterAll({ pageSize: 500 })) {
  count += 1;
  if (keepAll) kept.push(user);
  if (count % 5000 === 0) most = Math.max(most, inUse());
}
process.send?.({ count, bytes: Math.max(most, inUse()) - before, kept: kept.length });
