import type { FreezeNotice } from "./job.ts";
import type { Freeze, UnitOfWork } from "./ports.ts";

/** Announces in the approvals channel that all changes are stopped. Each may run twice with the effect of once. */
export interface FreezeDisplay {
  /**
   * Posts the announcement of one freeze, or updates it. `isCurrent` says at the moment of showing whether the notice
   * is still true; if it is not, nothing is shown.
   */
  showFreeze(freeze: AnnouncedFreeze, isCurrent: () => Promise<boolean>): Promise<void>;
  /** Posts that the configuration stops all changes; if it no longer does, updates that message, if there is one. */
  showReadOnly(readReadOnly: () => Promise<boolean>): Promise<void>;
}

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
    // An outage can delay the notice of a freeze until after its end, which is then announced already.
    await display.showFreeze(notice, async () => notice.ended !== null || (await isInForce(notice)));
  };

  async function isInForce({ at }: AnnouncedFreeze): Promise<boolean> {
    const current = await uow.read(({ freeze }) => freeze.read());
    return current?.at.toISOString() === at;
  }
}

export type AnnounceFreeze = ReturnType<typeof createAnnounceFreeze>;
