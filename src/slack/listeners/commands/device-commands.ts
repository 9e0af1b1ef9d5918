import {
  type ListedDevice,
  listedAgent,
  listedDevice,
  MOST_DEVICES,
} from "../../../change-requests/index.ts";
import { isComplete, type List } from "../../../incydr/index.ts";
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
      return { of: "device", username, ...shownOf(list, listedDevice), isFiltered };
    }),
});

const AGENT_OPTIONS = { active: "switch", inactive: "switch" } as const;

interface AgentArgs {
  readonly who: string;
  readonly active: boolean | undefined;
}

/** The agents of a user. */
export const agents = command<AgentArgs>({
  parse(argument): AgentArgs | { readonly notUnderstood: NotUnderstood } {
    const separated = readOptions(argument, AGENT_OPTIONS);
    if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
    const { active, inactive } = separated.options;
    const fault = exclusive("active", active, "inactive", inactive);
    if (fault) return { notUnderstood: { option: fault } };
    return { who: separated.rest, active: oneOf(active, inactive) ?? undefined };
  },
  run: ({ deps, slackUserId, reply }, { who, active }) =>
    reply(async () => {
      const { username, list } = await deps.lookUps.agents(slackUserId, who, { active });
      return { of: "agent", username, ...shownOf(list, listedAgent), isFiltered: active !== undefined };
    }),
});

/** The first items of a list for an answer, which may be stored. */
function shownOf<Item>(list: List<Item>, listed: (item: Item) => ListedDevice) {
  const items = list.slice(0, MOST_DEVICES).map(listed);
  return { kind: "devices" as const, items, total: list.length, isComplete: isComplete(list) };
}
