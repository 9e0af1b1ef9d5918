import type { Decision, Place } from "./change-request.ts";
import type { RatificationEvent } from "./state-machine.ts";

/** A click on a card, kept until it is carried out. */
export interface CardClick {
  /** Tells a click that is handled a second time, after a crash, from a second click. */
  readonly clickId: string;
  readonly requestId: number;
  readonly slackUserId: string;
  /** Where it was clicked: there whoever clicked is answered. */
  readonly place: Place;
}

/** An approval, or a denial with its reason. */
export interface DecisionClick extends CardClick {
  readonly verdict: Decision["verdict"];
  /** Why it is denied; `null` for an approval. */
  readonly reason: string | null;
  /** First characters of the hash that the clicked card showed. */
  readonly shownSnapshot: string;
}

/** A second person's yes to an emergency change, or their no with its reason. */
export interface RatificationClick extends CardClick {
  readonly event: RatificationEvent;
  /** Why it is disputed; `null` if it is ratified. */
  readonly reason: string | null;
}

/** The ways to control a bulk that is being carried out. */
export type BulkControl = "pause" | "resume" | "stop";
