import type { ChangeRequest } from "./change-request.ts";
import { createHiddenFrom, type HiddenFromOptions } from "./hidden-from.ts";
import type { UnitOfWork } from "./ports.ts";
import { RequestNotFoundError } from "./request-errors.ts";

/**
 * Makes the function that reads a request for somebody who names it. A subject of the request is answered as if it
 * didn't exist, in every state, and before any other check can say more.
 * @throws {RequestNotFoundError}
 * @throws {DirectoryUnavailableError | UnknownPersonError | IdentityUnavailableError} whether or not it exists.
 */
export function createVisibleRequest(options: HiddenFromOptions & { readonly uow: UnitOfWork }) {
  const { uow } = options;
  const { readerOf, isAnyOf } = createHiddenFrom(options);

  return async function visibleRequest(requestId: number, slackUserId: string): Promise<ChangeRequest> {
    const request = await uow.read(({ requests }) => requests.get(requestId));
    // The requester knows that it exists, and has to be able to take it back while Incydr doesn't answer.
    const isRequester = request?.requester.slackUserId === slackUserId;
    const reader = await readerOf(slackUserId, isRequester ? request.requester.userId : null);
    if (!request) throw new RequestNotFoundError(requestId);
    if (await isAnyOf(reader, request.targets))
      throw new RequestNotFoundError(requestId, "hidden_from_subject");
    return request;
  };
}

export type VisibleRequest = ReturnType<typeof createVisibleRequest>;
