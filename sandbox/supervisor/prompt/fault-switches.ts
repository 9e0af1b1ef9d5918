import type { Sandbox } from "../start-sandbox.ts";

/** A fault of the simulated services that can be switched on at the prompt. */
export interface FaultSwitch {
  readonly name: string;
  readonly what: string;
  /** For a fault that ends by itself, returns a function that says whether it has ended. */
  switchOn(sandbox: Pick<Sandbox, "slack" | "incydr">): (() => boolean) | undefined;
}

const BUSY_CALLS = 20;

/** The faults at the prompt. The controls of both simulators have more. */
export const FAULT_SWITCHES: readonly FaultSwitch[] = [
  {
    name: "incydr-slow",
    what: "Incydr takes 5 seconds for every answer",
    switchOn: ({ incydr }) => void incydr.control.addFault({ kind: "latency", ms: 5_000 }),
  },
  {
    name: "incydr-down",
    what: "Incydr answers everything with 503",
    switchOn: ({ incydr }) => void incydr.control.addFault({ kind: "status", status: 503 }),
  },
  {
    name: "incydr-busy",
    what: "Incydr answers everything with 429",
    switchOn: ({ incydr }) => void incydr.control.addFault({ kind: "too_many_requests" }),
  },
  {
    name: "lost-answer",
    what: "the next write to Incydr happens, but its answer is lost",
    switchOn: ({ incydr }) => {
      const fault = incydr.control.loseAnswers();
      return () => fault.struck > 0;
    },
  },
  {
    name: "legal-hold-unreadable",
    what: "Incydr doesn't let the bot read legal holds",
    switchOn: ({ incydr }) => void incydr.control.makeLegalHoldUnreadable(),
  },
  {
    name: "slack-down",
    what: "Slack answers every call with 503",
    switchOn: ({ slack }) => void slack.faults.add({ kind: "http_error", status: 503, method: "*" }),
  },
  {
    name: "slack-busy",
    what: `Slack answers the next ${BUSY_CALLS} calls with 429`,
    switchOn: ({ slack }) => {
      const fault = slack.faults.add({ kind: "rate_limited", method: "*", times: BUSY_CALLS });
      return () => fault.hits === BUSY_CALLS;
    },
  },
];

/** Switches every fault of both simulators off. */
export function switchFaultsOff({ slack, incydr }: Pick<Sandbox, "slack" | "incydr">): void {
  slack.faults.clear();
  incydr.control.clearFaults();
  incydr.control.release();
}
