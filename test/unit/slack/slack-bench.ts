import path from "node:path";
import { HARBORLIGHT } from "../../../sandbox/slack/harborlight.ts";
import { type SlackSimulator, startSlackSimulator } from "../../../sandbox/slack/slack-simulator.ts";
import { createGroupDirectory, type GroupDirectory } from "../../../src/authorization/index.ts";
import {
  createChannelDirectory,
  type SlackChannelDirectory,
} from "../../../src/slack/directory/channel-directory.ts";
import {
  createPeopleDirectory,
  type SlackPeopleDirectory,
} from "../../../src/slack/directory/people-directory.ts";
import { createSlackGroups } from "../../../src/slack/directory/slack-groups.ts";
import { createSlackApi, type SlackApi } from "../../../src/slack/web-api/slack-api.ts";
import { createMemoryGroups } from "../../support/memory-groups.ts";
import { createManualClock, type ManualClock } from "../incydr/manual-clock.ts";

/** The simulated workspace, reached with the bot's own clients, and a clock that stands still. */
export interface SlackBench extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly api: SlackApi;
  readonly clock: ManualClock;
  /** Every group of the workspace, as read by a bot that has just started. */
  groups(): GroupDirectory;
  /** The people and the channels of the workspace, of which nothing was read yet. */
  directories(): { readonly people: SlackPeopleDirectory; readonly channels: SlackChannelDirectory };
  /** The methods that were called since the last call of this function, in order. */
  calls(): string[];
}

export async function startSlackBench(): Promise<SlackBench> {
  const manifest = path.join(import.meta.dirname, "../../../manifest.yml");
  const slack = await startSlackSimulator({ manifest, rateLimits: false });
  let told = 0;
  const api = createSlackApi({ token: slack.botToken, apiUrl: slack.apiUrl });
  const clock = createManualClock();
  const groups = () =>
    createGroupDirectory({
      source: createSlackGroups(api.reading),
      record: createMemoryGroups().record,
      named: () => HARBORLIGHT.groups.map(({ handle }) => handle),
      clock,
    });
  return {
    slack,
    api,
    clock,
    groups,
    directories: () => {
      const { reading: client } = api;
      const people = createPeopleDirectory({ client, clock, teamId: "T0HARBOR", groups: groups() });
      return { people, channels: createChannelDirectory({ client, people, botUserId: "U0BOT", clock }) };
    },
    calls: () => {
      const methods = slack.apiCalls.slice(told).map(({ method }) => method);
      told = slack.apiCalls.length;
      return methods;
    },
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  };
}
