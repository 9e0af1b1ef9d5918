import type { FreezeNotice } from "../ports/job.ts";
import type { Freeze, UnitOfWork } from "../ports/ports.ts";

/** Announces in the approvals channel that all changes are stopped. Each may run twice with the effect of once. */
export interface FreezeDisplay {
  /**
   * Posts the announcement of one freeze, or updates it. `inForce` says at the moment of showing which freeze is in
   * force. Nothing is shown of a freeze that is not, nor for the first time that it is over while another is in force.
   */
  showFreeze(freeze: AnnouncedFreeze, inForce: () => Promise<FreezeInForce>): Promise<void>;
  /** Posts that the configuration stops all changes; if it no longer does, updates that message, if there is one. */
  showReadOnly(readReadOnly: () => Promise<boolean>): Promise<void>;
}

/** The freeze in force, seen from one that is announced. */
export type FreezeInForce = "this" | "another" | "none";

/** A freeze as it is announced, without its reason. */
export type AnnouncedFreeze = Exclude<FreezeNotice, "read_only">;

/** The notice of a freeze, or of its end. */
export function noticeOf({ by, at }: Freeze, ended: AnnouncedFreeze["ended"] = null): AnnouncedFreeze {
  return { by: by.slackUserId, at: at.toISOString(), ended };
}

/** Makes the function that announces a freeze, its end, or a start with READ_ONLY=true. */
export function createAnnounceFreeze({ uow, display }: { uow: UnitOfWork; display: FreezeDisplay }) {
  return async function announceFreeze(notice: FreezeNotice): Promise<void> {
    if (notice === "read_only")
      return display.showReadOnly(() => uow.run((tx) => tx.upkeep.lastStartReadOnly()));
    // An outage can delay a notice until after the freeze's end, or until the next freeze, which may be announced already.
    await display.showFreeze(notice, () => inForce(notice));
  };

  async function inForce({ at }: AnnouncedFreeze): Promise<FreezeInForce> {
    const current = await uow.read(({ freeze }) => freeze.read());
    if (!current) return "none";
    return current.at.toISOString() === at ? "this" : "another";
  }
}
