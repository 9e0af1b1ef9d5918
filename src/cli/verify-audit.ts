import { verifyChain } from "../audit/index.ts";
import { createAuditReader, openDatabase } from "../persistence/index.ts";
import { authorizeCliUser, createCliStore } from "./authorize-cli-user.ts";
import type { CommandResult } from "./command-result.ts";

/**
 * Reads the whole audit log and checks its chain. The last hash is printed: keep it elsewhere to notice a cut.
 * @throws {ForbiddenError} if the policies that decide, or those of the folder, forbid it to the person at the command
 * line.
 */
export async function verifyAudit(folder: string, connectionString: string): Promise<CommandResult> {
  await using database = openDatabase({ connectionString, log: () => {} });
  await authorizeCliUser(createCliStore(database), folder, "read_audit");
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  const text =
    faults.length === 0
      ? `The chain is intact: ${head.seq} entries, the last has hash ${head.hash}.`
      : faults.map(({ seq, fault }) => `Entry ${seq} ${fault}.`).join("\n");
  return { text, ok: faults.length === 0 };
}
