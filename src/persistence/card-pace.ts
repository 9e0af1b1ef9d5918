import { type Kysely, sql } from "kysely";
import type { CardPace } from "../change-requests/index.ts";
import type { Tables } from "./schema.ts";

/** Between two updates of cards, over all cards and replicas: 40 a minute, of the 50 that Slack takes. In seconds. */
const PAUSE_S = 1.5;
/** What was sent longer ago than this counts no more. In seconds. */
const WINDOW_S = 60;

/** The pace of the cards' updates, within a transaction or not. */
export function createCardPace(db: Kysely<Tables>): CardPace {
  return {
    async reserveUpdate() {
      await db
        .updateTable("card_pace")
        .set({
          // Updates that come all at once don't hold up the others for longer than they count.
          next_at: sql<Date>`greatest(next_at, least(
            greatest(next_at, current_instant()) + ${seconds(PAUSE_S)}, current_instant() + ${seconds(WINDOW_S)}))`,
        })
        .execute();
    },
  };
}

/** Takes the next turn, and tells when it comes, by the database's clock, which wakes jobs. */
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
