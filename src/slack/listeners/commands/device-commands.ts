import { listedAgent, listedDevice } from "../../../change-requests/index.ts";
import { isComplete } from "../../../incydr/index.ts";
import type { DeviceFilter } from "../../../subjects/index.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { exclusive, oneOf } from "./directory-commands.ts";

const OPTIONS = {
  ...({ active: "switch", inactive: "switch", blocked: "switch", unblocked: "switch" } as const),
  ...({ sort: "value", desc: "switch" } as const),
};

/** The typed orders, and Incydr's names for them. */
const SORT_KEYS: ReadonlyMap<string, NonNullable<DeviceFilter["sortKey"]>> = new Map([
  ["name", "name"],
  ["os", "os"],
  ["host", "osHostname"],
  ["last-connected", "lastConnected"],
]);

interface DeviceArgs {
  readonly who: string;
  readonly filter: DeviceFilter;
}

/** The devices of a user, filtered and sorted by Incydr. */
export const devices = command<DeviceArgs>({
  parse(argument): DeviceArgs | { readonly notUnderstood: NotUnderstood } {
    const separated = readOptions(argument, OPTIONS);
    if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
    const { rest: who, options } = separated;
    const { active, inactive, blocked, unblocked, sort, desc } = options;
    const fault =
      exclusive("active", active, "inactive", inactive) ??
      exclusive("blocked", blocked, "unblocked", unblocked);
    if (fault) return { notUnderstood: { option: fault } };
    const sortKey = sort === undefined ? undefined : SORT_KEYS.get(sort.toLowerCase());
    if (sort !== undefined && !sortKey)
      return {
        notUnderstood: { option: { why: "no_choice", option: "sort", choices: [...SORT_KEYS.keys()] } },
      };
    const filter: DeviceFilter = {
      active: oneOf(active, inactive) ?? undefined,
      blocked: oneOf(blocked, unblocked) ?? undefined,
      ...(sortKey || desc ? { sortKey: sortKey ?? "name", sortDir: desc ? "desc" : "asc" } : {}),
    };
    return { who, filter };
  },
  run: ({ deps, slackUserId, reply }, { who, filter }) =>
    reply(async () => {
      const { username, list } = await deps.lookUps.devices(slackUserId, who, filter);
      const isFiltered = filter.active !== undefined || filter.blocked !== undefined;
      const items = list.map(listedDevice);
      return { kind: "devices", of: "device", username, items, isComplete: isComplete(list), isFiltered };
    }),
});

/** The agents of a user. */
export const agents = command({
  parse: (who) => ({ who }),
  run: ({ deps, slackUserId, reply }, { who }) =>
    reply(async () => {
      const { username, list } = await deps.lookUps.agents(slackUserId, who);
      const items = list.map(listedAgent);
      return {
        kind: "devices",
        of: "agent",
        username,
        items,
        isComplete: isComplete(list),
        isFiltered: false,
      };
    }),
});

/** One role with its permissions. */
export const role = command({
  parse: (name) => ({ name }),
  run: ({ deps, slackUserId, sendAnswer, reply, typed }, { name }) =>
    name === ""
      ? sendAnswer({ kind: "which_role", typed })
      : reply(async () => ({ kind: "role", role: await deps.roleDetails(slackUserId, name) })),
});
