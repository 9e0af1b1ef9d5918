import {
  DEVICE_SORTS,
  DEVICES_ON_A_PAGE,
  type DeviceOrder,
  type ListedDevice,
  listedAgent,
  listedDevice,
} from "../../../change-requests/index.ts";
import { isComplete } from "../../../incydr/index.ts";
import type { DeviceFilter, OwnedList } from "../../../subjects/index.ts";
import { command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { exclusive, oneOf } from "./directory-commands.ts";
import { pageOf, readPage } from "./pages.ts";

const OPTIONS = {
  ...({ active: "switch", inactive: "switch", blocked: "switch", unblocked: "switch" } as const),
  ...({ sort: "value", desc: "switch", page: "value" } as const),
};

/** Incydr's names for the typed orders. */
const SORT_KEYS: Readonly<Record<DeviceOrder["by"], NonNullable<DeviceFilter["sortKey"]>>> = {
  name: "name",
  os: "os",
  host: "osHostname",
  "last-connected": "lastConnected",
};

interface DeviceArgs {
  readonly who: string;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  readonly order: DeviceOrder;
  /** From 1. */
  readonly page: number;
}

/** The devices of a user, filtered and sorted by Incydr. */
export const devices = command<DeviceArgs>({
  parse(argument): DeviceArgs | { readonly notUnderstood: NotUnderstood } {
    const separated = readOptions(argument, OPTIONS);
    if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
    const { rest: who, options } = separated;
    const { active, inactive, blocked, unblocked, sort = "name", desc = false } = options;
    const fault =
      exclusive("active", active, "inactive", inactive) ??
      exclusive("blocked", blocked, "unblocked", unblocked);
    if (fault) return { notUnderstood: { option: fault } };
    const by = DEVICE_SORTS.find((each) => each === sort.toLowerCase());
    if (!by)
      return { notUnderstood: { option: { why: "no_choice", option: "sort", choices: DEVICE_SORTS } } };
    const page = readPage(options.page);
    if (typeof page === "object") return { notUnderstood: { option: page } };
    const filter = { active: oneOf(active, inactive), blocked: oneOf(blocked, unblocked) };
    return { who, ...filter, order: { by, isDescending: desc }, page };
  },
  run: ({ deps, slackUserId, reply }, { who, active, blocked, order, page }) =>
    reply(async () => {
      const { by, isDescending } = order;
      const owned = await deps.lookUps.devices(slackUserId, who, {
        ...{ active: active ?? undefined, blocked: blocked ?? undefined },
        ...{ sortKey: SORT_KEYS[by], sortDir: isDescending ? "desc" : "asc" },
      });
      const sorting = [`--sort ${by}`, ...(isDescending ? ["--desc"] : [])];
      const filters = [...optionOf("active", active), ...optionOf("blocked", blocked)];
      const again = ["devices", owned.userId, ...filters, ...sorting].join(" ");
      const isFiltered = active !== null || blocked !== null;
      const shown = listedPage(owned, { page, again, listed: listedDevice });
      return { of: "device", ...shown, isFiltered, order, isFrozen: await deps.isFrozen() };
    }),
});

const AGENT_OPTIONS = { active: "switch", inactive: "switch", page: "value" } as const;

interface AgentArgs {
  readonly who: string;
  readonly active: boolean | null;
  /** From 1. */
  readonly page: number;
}

/** The agents of a user, which Incydr sorts by name. */
export const agents = command<AgentArgs>({
  parse(argument): AgentArgs | { readonly notUnderstood: NotUnderstood } {
    const separated = readOptions(argument, AGENT_OPTIONS);
    if ("fault" in separated) return { notUnderstood: { option: separated.fault } };
    const { active, inactive } = separated.options;
    const fault = exclusive("active", active, "inactive", inactive);
    if (fault) return { notUnderstood: { option: fault } };
    const page = readPage(separated.options.page);
    if (typeof page === "object") return { notUnderstood: { option: page } };
    return { who: separated.rest, active: oneOf(active, inactive), page };
  },
  run: ({ deps, slackUserId, reply }, { who, active, page }) =>
    reply(async () => {
      const owned = await deps.lookUps.agents(slackUserId, who, { active: active ?? undefined });
      const again = ["agents", owned.userId, ...optionOf("active", active)].join(" ");
      const shown = listedPage(owned, { page, again, listed: listedAgent });
      const order = { by: "name", isDescending: false } as const;
      return { of: "agent", ...shown, isFiltered: active !== null, order, isFrozen: await deps.isFrozen() };
    }),
});

/** The switch of a filter, such as `--inactive` for `active: false`. */
function optionOf(name: "active" | "blocked", value: boolean | null): string[] {
  if (value === null) return [];
  const opposite = { active: "inactive", blocked: "unblocked" } as const;
  return [`--${value ? name : opposite[name]}`];
}

/** A page of a list for an answer, which may be stored. `again`: the text of the command without its page. */
function listedPage<Item>(
  { username, list }: OwnedList<Item>,
  options: { readonly page: number; readonly again: string; readonly listed: (item: Item) => ListedDevice },
) {
  const { again, listed } = options;
  const { shown, page } = pageOf(list, { number: options.page, size: DEVICES_ON_A_PAGE, again });
  const { first, total, previous, next } = page;
  return {
    ...{ kind: "devices" as const, username, items: shown.map(listed), isComplete: isComplete(list) },
    ...{ offset: first - 1, total, previous, next },
  };
}
