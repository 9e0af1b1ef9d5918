import type { Decision, Place } from "./change-request.ts";
import type { RatificationEvent } from "./state-machine.ts";

/** A click on a card. It is stored until it is carried out. */
export interface CardClick {
  /** A repeated job of this click has the same id; a second click has another id. */
  readonly clickId: string;
  readonly requestId: number;
  readonly slackUserId: string;
  /** Where the person clicked, and gets the answer. */
  readonly place: Place;
}

/** An approval, or a denial with its reason. */
export interface DecisionClick extends CardClick {
  readonly verdict: Decision["verdict"];
  /** Why it is denied; `null` for an approval. */
  readonly reason: string | null;
  /** The first characters of the snapshot's hash on the clicked card. */
  readonly shownSnapshot: string;
}

/** A click on Ratify, or a dispute with its reason. */
export interface RatificationClick extends CardClick {
  readonly event: RatificationEvent;
  /** Why it is disputed; `null` if it is ratified. */
  readonly reason: string | null;
}

export type BulkControl = "pause" | "resume" | "stop";
