import type { EntryPointCase } from "./bulk-entry-point-cases.ts";

/** A case for each button and kind of job of temporary roles. */
export const GRANT_CASES: Record<string, EntryPointCase> = {
  "action extend": {
    by: "maya",
    run: async ({ click, granted }) => click("maya", "extend", String(await granted())),
  },
  "action revoke_now": {
    by: "theo",
    run: async ({ click, granted }) => click("theo", "revoke_now", String(await granted())),
  },
  "job revoke_grants": {
    by: "theo",
    run: async ({ leave, clickOn, granted }) =>
      leave({ kind: "revoke_grants", click: await clickOn(await granted(), "theo") }),
  },
  "job warn_of_end": {
    by: "maya",
    run: async ({ leave, granted, world }) => {
      const requestId = await granted();
      await world.db.query("update grants set ends_at = now() + interval '1 hour' where request_id = $1", [
        requestId,
      ]);
      await leave({ kind: "warn_of_end", requestId });
    },
    evenSo: {
      because: "a time that was approved draws to its end, and that is nobody's action",
      tables: ["grants"],
      audit: ["grant.warned"],
      isSeen: true,
    },
  },
  "job end_grants": {
    by: "maya",
    run: async ({ leave, granted, world }) => {
      const requestId = await granted();
      await world.db.query("update grants set ends_at = now() where request_id = $1", [requestId]);
      await leave({ kind: "end_grants", requestId });
    },
    evenSo: {
      because: "what was approved for a time ends with it; here somebody else took the role away already",
      tables: ["grants"],
      audit: ["grant.revoking", "grant.superseded"],
      isSeen: true,
    },
  },
};
