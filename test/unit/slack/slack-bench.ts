import path from "node:path";
import { type SlackSimulator, startSlackSimulator } from "../../../sandbox/slack/slack-simulator.ts";
import { createSlackApi, type SlackApi } from "../../../src/slack/slack-api.ts";
import { createManualClock, type ManualClock } from "../incydr/manual-clock.ts";

/** The simulated workspace, reached with the bot's own clients, and a clock that stands still. */
export interface SlackBench extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly api: SlackApi;
  readonly clock: ManualClock;
  /** Methods called since the last time it was asked, in their order. */
  calls(): string[];
}

export async function startSlackBench(): Promise<SlackBench> {
  const manifest = path.join(import.meta.dirname, "../../../manifest.yml");
  const slack = await startSlackSimulator({ manifest, rateLimits: false });
  let told = 0;
  return {
    slack,
    api: createSlackApi({ token: slack.botToken, apiUrl: slack.apiUrl }),
    clock: createManualClock(),
    calls: () => {
      const methods = slack.apiCalls.slice(told).map(({ method }) => method);
      told = slack.apiCalls.length;
      return methods;
    },
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  };
}
