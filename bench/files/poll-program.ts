// Asks the bot's health check every 10 ms from an event loop of its own, until it is told to stop. It prints one
// line per answer: the time of the question and how long the answer took, in milliseconds.

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
