import { parseActorId } from "../model/ids.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { WatchlistsApi } from "./client-api.ts";
import { collectPages } from "./read-pages.ts";

const pageSize = 100;

/** `client.watchlists` over `context`. */
export function createWatchlistsApi({ run, transport, observer }: ApiContext): WatchlistsApi {
  return {
    of: async (actorId, options) => {
      const id = parseActorId(actorId);
      return await run(options, (call) =>
        collectPages({
          pageSize,
          wholeBelow: 2,
          keyOf: (watchlist) => watchlist.watchlistId,
          ...observePages(observer, "/v2/watchlists"),
          fetchPage: (page) =>
            transport(call, {
              purpose: `list the watchlists of actor ${id}`,
              method: "GET",
              path: "/v2/watchlists",
              isList: true,
              query: { actorId: id, page, pageSize },
              effect: "read",
              read: answers.watchlists,
            }),
        }),
      );
    },
  };
}
