import { type Kysely, sql } from "kysely";
import type { CardPace } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** The pause between two card updates of all replicas: 40 updates a minute, of the 50 that Slack allows. */
const PAUSE_S = 1.5;
/** Reserved updates delay other updates by at most this time. */
const WINDOW_S = 60;

/** The pace of the card updates, with or without a transaction. */
export function createCardPace(db: Kysely<Tables>): CardPace {
  return {
    async reserveUpdate() {
      await db
        .updateTable("card_pace")
        .set({
          next_at: sql<Date>`greatest(next_at, least(
            greatest(next_at, current_instant()) + ${seconds(PAUSE_S)}, current_instant() + ${seconds(WINDOW_S)}))`,
        })
        .execute();
    },
  };
}

/** Reserves the next update and returns its time, by the database's clock, which also decides when jobs are due. */
export async function nextCardTurn(db: Kysely<Tables>): Promise<Date> {
  const pause = seconds(PAUSE_S);
  const { turn } = await db
    .updateTable("card_pace")
    .set({ next_at: sql<Date>`greatest(next_at, current_instant()) + ${pause}` })
    .returning(sql<Date>`next_at - ${pause}`.as("turn"))
    .executeTakeFirstOrThrow();
  return turn;
}

function seconds(count: number) {
  return sql<Date>`make_interval(secs => ${count})`;
}
