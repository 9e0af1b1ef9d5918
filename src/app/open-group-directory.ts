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

/** The interval of the readings that notice a change whose event was lost. */
const READ_EVERY_MS = 300_000;

export interface OpenGroupDirectory extends GroupDirectory, Disposable {
  /** The setting that made the latest reading fail, for an administrator; `null` if there is none. */
  remedy(): DirectoryRemedy | null;
}

/**
 * Opens the directory of the groups in Slack or in the configuration, and records their changes in the database and the
 * audit log. It reads the groups at once, so that their first members are recorded early, and then at intervals.
 */
export async function openGroupDirectory(options: {
  config: Config;
  engine: PolicyEngine;
  client: WebClient;
  uow: UnitOfWork;
  clock: Clock;
  /** Measures the age of a cached answer of Slack. It is monotonic. */
  ages: Clock;
  log: (what: string, error: unknown) => void;
}): Promise<OpenGroupDirectory> {
  const { config, engine, client, uow, clock, ages, log } = options;
  const record = createRecordGroups({
    // A new correlation id: the click that caused this reading did not cause the change.
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
      directory
        .refresh()
        .catch((error: unknown) =>
          log("The bot could not read the user groups from Slack. It tries again.", error),
        ),
    );
  await read();
  const timer = setInterval(read, READ_EVERY_MS).unref();
  return { ...directory, remedy: () => remedy, [Symbol.dispose]: () => clearInterval(timer) };
}
