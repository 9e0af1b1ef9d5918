import {
  createRequestShowing,
  type RequestView,
  type ShowRequestOptions,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { createPostThreadUpdate } from "../../src/change-requests/notify/post-thread-update.ts";
import { systemClock } from "../../src/kernel/clock.ts";

/** The domain's code that shows requests, with the display and the views of a test. Nothing is stored. */
export function showingOn(parts: Omit<ShowRequestOptions, "uow" | "readView" | "clock">) {
  let shown: RequestView | null = null;
  const tx = {
    cards: { reserveUpdate: async () => {} },
    requests: { lock: async () => null, get: async () => null },
    jobs: { enqueue: async () => {} },
  };
  const run = (work: (stored: unknown) => unknown) => work(tx);
  const showing = createRequestShowing({
    ...parts,
    uow: { run, read: run } as unknown as UnitOfWork, // nothing else of it is called
    readView: async () => {
      if (!shown) throw new Error("No request is shown.");
      return shown;
    },
    clock: systemClock,
  });
  return {
    /** Shows the card of this view. */
    async show(view: RequestView) {
      shown = view;
      await showing.showCard(view.request.id);
    },
    /** Announces an event, without showing the card first. */
    postThreadUpdate: createPostThreadUpdate(parts),
    async postAlert(view: RequestView, topic: Parameters<typeof showing.postAlert>[1]) {
      shown = view;
      await showing.postAlert(view.request.id, topic);
    },
  };
}
