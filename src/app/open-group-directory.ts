import type { WebClient } from "@slack/web-api";
import { groupChanged } from "../audit/index.ts";
import {
  createConfiguredGroups,
  createGroupDirectory,
  createRecordGroups,
  type DirectoryRemedy,
  DirectoryUnavailableError,
  type GroupDirectory,
  type GroupSource,
  type PolicyEngine,
} from "../authorization/index.ts";
import type { UnitOfWork } from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { withNewCorrelation } from "../kernel/correlation.ts";
import { createSlackGroups } from "../slack/index.ts";

/** How often the groups are read though nobody asks, so that a change is noticed whose event got lost. */
const READ_EVERY_MS = 300_000;

/** The groups, and what an administrator has to set before they can be read. */
export interface OpenGroupDirectory extends GroupDirectory, Disposable {
  /** As the latest reading found it; `null` if nothing has to be set. */
  remedy(): DirectoryRemedy | null;
}

/**
 * Joins the groups of Slack, or those of the configuration, to the database and the audit log. They are read at
 * once, so that it is known early who was in them when the bot first came, and then from time to time.
 */
export async function openGroupDirectory(options: {
  config: Config;
  engine: PolicyEngine;
  client: WebClient;
  uow: UnitOfWork;
  clock: Clock;
  /** Measures the age of a reading; never set back. */
  ages: Clock;
  log: (what: string, error: unknown) => void;
}): Promise<OpenGroupDirectory> {
  const { config, engine, client, uow, clock, ages, log } = options;
  const record = createRecordGroups({
    // A change of a group is no work of the click for which the group was read.
    run: (work) =>
      withNewCorrelation(() =>
        uow.run((tx) =>
          work({
            groups: tx.groups,
            audit: async ({ handle, what, added, removed }) => {
              const change = { group: handle, what, added, removed };
              await tx.audit.append(groupChanged({ actor: "bot", at: clock.now() }, change));
            },
          }),
        ),
      ),
  });
  const groups =
    config.groupMembers.size > 0 ? createConfiguredGroups(config.groupMembers) : createSlackGroups(client);
  let remedy: DirectoryRemedy | null = null;
  const source: GroupSource = {
    async read() {
      try {
        const found = await groups.read();
        remedy = null;
        return found;
      } catch (error) {
        remedy = error instanceof DirectoryUnavailableError ? error.remedy : null;
        throw error;
      }
    },
  };
  const directory = createGroupDirectory({ source, record, named: () => engine.groups, clock, ages });
  const read = () =>
    withNewCorrelation(() =>
      directory.refresh().catch((error: unknown) => log("The user groups could not be read.", error)),
    );
  await read();
  const timer = setInterval(read, READ_EVERY_MS).unref();
  return { ...directory, remedy: () => remedy, [Symbol.dispose]: () => clearInterval(timer) };
}
