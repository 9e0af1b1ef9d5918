import type { FaultInput } from "../../sandbox/incydr/control/faults.ts";

/** Each kind of fault of the simulator, frequent enough to affect some of a hundred calls. */
export const faults: readonly FaultInput[] = [
  { kind: "latency", ms: 15, every: 3 },
  { kind: "too_many_requests", retryAfterSeconds: 0.02, every: 7 },
  { kind: "status", status: 502, body: "html", every: 8 },
  { kind: "status", status: 503, body: "empty", every: 9 },
  { kind: "status", status: 504, when: "after", every: 13 },
  { kind: "drop", every: 12 },
  { kind: "drop", when: "after", every: 17 },
  { kind: "cut_short", every: 16 },
  { kind: "hang", every: 40 },
  { kind: "status", status: 200, body: "html", every: 50 },
  { kind: "status", status: 500, every: 45 },
  { kind: "status", status: 401, every: 30 },
];
