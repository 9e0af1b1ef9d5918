import { command } from "./command.ts";

/** The state of the bot: freeze, dependencies, policies, directory, version. */
export const status = command({
  parse: () => ({}),
  run: ({ deps, slackUserId, reply }) =>
    reply(async () => ({ kind: "status", status: await deps.botStatus(slackUserId) })),
});

/** The person's own account, groups and permissions. */
export const whoami = command({
  parse: () => ({}),
  run: ({ deps, slackUserId, reply }) =>
    reply(async () => ({ kind: "whoami", me: await deps.whoAmI(slackUserId) })),
});
