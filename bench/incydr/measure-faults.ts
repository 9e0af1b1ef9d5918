import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { createIncydrClient } from "../../src/incydr/index.ts";
import { atMost, type Metric } from "../metric.ts";
import { faults } from "./faults.ts";
import { stateOf, subjectsOf } from "./subjects.ts";
import { type CallReport, faultOf, makeCall } from "./workload.ts";

const callCount = 1000;
const atOnce = 50;
const deadlineMs = 10_000;

/** Makes a thousand mixed calls under each fault, and under all faults at once. */
export async function measureFaults(): Promise<Metric[]> {
  const metrics: Metric[] = [];
  for (const switchedOn of [...faults.map((fault) => [fault]), faults]) {
    await using simulator = await startIncydrSimulator({
      requestsPerMinute: null,
      userCount: callCount + 50,
    });
    await using client = createIncydrClient({
      ...{ url: simulator.url, clientId: simulator.clientId, clientSecret: simulator.clientSecret },
      requestsPerMinute: Number.POSITIVE_INFINITY,
      timeoutMs: 200,
    });
    const subjects = subjectsOf(simulator, callCount);
    for (const fault of switchedOn) simulator.control.addFault(fault);
    const reports: CallReport[] = [];
    const waiting = subjects.entries();
    const work = async () => {
      for (const [n, subject] of waiting) reports.push(await makeCall(client, n, subject, deadlineMs));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const problems = reports.flatMap((report) => {
      const subject = subjects[report.n];
      return (subject && faultOf(report, subject, stateOf(simulator, subject))) ?? [];
    });
    const name = switchedOn.length === 1 ? JSON.stringify(switchedOn[0]) : "all faults at once";
    metrics.push(
      atMost(
        0,
        `Calls that end wrongly, with ${name}`,
        problems.length + callCount - reports.length,
        [summaryOf(reports), ...problems.slice(0, 3)].join("; "),
      ),
    );
  }
  return metrics;
}

/** The ends of calls as one line. */
export function summaryOf(reports: readonly CallReport[]): string {
  const right = reports.filter(({ verdict }) => verdict === "right").length;
  const codes = Map.groupBy(
    reports.filter(({ verdict }) => verdict === "error"),
    ({ code }) => code,
  );
  const errors = [...codes].map(([code, those]) => `${those.length} ${code}`);
  const longest = Math.max(...reports.map(({ tookMs }) => tookMs));
  return [`${reports.length} calls: ${right} right`, ...errors, `longest ${longest.toFixed()} ms`].join(", ");
}
