// Requests the bot's health check every 10 ms from a separate event loop, until its parent stops it. Prints one line
// for each answer: the time of the request, and the time until the answer, in milliseconds.

import { setTimeout as delay } from "node:timers/promises";

const INTERVAL_MS = 10;
const [url = ""] = process.argv.slice(2);
let isPolling = true;
process.stdin.on("end", () => {
  isPolling = false;
});
process.stdin.resume();

while (isPolling) {
  const askedAt = Date.now();
  const before = performance.now();
  await (await fetch(url)).text();
  process.stdout.write(`${askedAt} ${performance.now() - before}\n`);
  await delay(INTERVAL_MS);
}
