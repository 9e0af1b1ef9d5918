import type { Kysely } from "kysely";
import type { HandledClicks } from "../change-requests/index.ts";
import type { Tables } from "./schema.ts";

/** Clicks that were carried out, within one transaction. */
export function createHandledClicks(db: Kysely<Tables>): HandledClicks {
  return {
    async claim(clickId, at) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("handled_clicks")
        .values({ click_id: clickId, handled_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
