// `npm run chaos -- 200 4711` kills the bot 200 times (the default) at random moments while people work with it, and
// prints the result. The second number seeds the moments. Before each kill the database has a fault: its connections
// are ended, it is read-only for a few seconds, or its server restarts.

import { runChaos } from "./chaos/run-chaos.ts";

const [kills = 200, seed = Date.now() % 100_000] = process.argv.slice(2).map(Number);
const print = (line: string) => void process.stdout.write(`${line}\n`);

print(`${kills} kills, seed ${seed}`);
const startedAtMs = performance.now();
const result = await runChaos({
  kills,
  seed,
  // As many as the kills, so that the bulk runs during many of them.
  bulkTargets: Math.max(12, kills),
  onKill: (count) => {
    if (count % 20 === 0)
      print(`  ${count} kills, ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  },
});
print("\nThe bot was killed with these jobs in hand:");
for (const [inHand, count] of [...result.kills].sort(([, a], [, b]) => b - a)) {
  print(`  ${String(count).padStart(4)}  ${inHand}`);
}
print("\nThe database had these faults:");
for (const [fault, count] of result.databaseFaults) print(`  ${String(count).padStart(4)}  ${fault}`);
const { requests, verified, temporaryRoles, givenUp, resent, ...checked } = result.report;
const faults = { ...checked, crashes: result.crashes };
print(
  `\n${requests} requests, ${verified} users changed, ${temporaryRoles} temporary roles given and taken away, ${resent} writes sent again without another effect, ${givenUp} given up after three interruptions`,
);
for (const [name, found] of Object.entries(faults)) {
  print(`  ${name.padEnd(14)} ${found.length}`);
  for (const each of found) print(`      ${each}`);
}
process.exitCode = Object.values(faults).every(({ length }) => length === 0) ? 0 : 1;
