import { DirectoryUnavailableError, UnknownPersonError } from "../../authorization/index.ts";
import type { ChangeRequest } from "../model/change-request.ts";
import { RequestNotFoundError } from "../model/request-errors.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import {
  createHiddenFrom,
  type HiddenFromOptions,
  isStoredAsAny,
  type ReaderOptions,
} from "./hidden-from.ts";
import { type IdentityKeys, identityKeys } from "./identity-keys.ts";

export interface VisibleOptions extends Pick<ReaderOptions, "isForForm"> {
  /**
   * Whether no check of the person's account follows. Then an outage of Slack is thrown whether or not the request
   * exists. Default false.
   */
  readonly isLastCheck?: boolean;
}

/**
 * Makes the function that reads a request for a person. Call it before every other check.
 * @throws {RequestNotFoundError} if there is no such request, or if the person is a subject of it
 * @throws {IdentityUnavailableError} if Incydr can't say who the person is
 * @throws {DirectoryUnavailableError | UnknownPersonError} if Slack can't say it, and the request does not exist. If it
 * exists, it is returned, and the authorizer refuses the person in the same words: an outage does not show that it
 * exists.
 */
export function createVisibleRequest(options: HiddenFromOptions & { readonly uow: UnitOfWork }) {
  const { uow } = options;
  const { readerOf, isAnyOf } = createHiddenFrom(options);

  return async function visibleRequest(
    requestId: number,
    slackUserId: string,
    { isLastCheck = false, ...how }: VisibleOptions = {},
  ): Promise<ChangeRequest> {
    const request = await uow.read(({ requests }) => requests.get(requestId));
    if (request?.requester.slackUserId === slackUserId) return visibleToRequester(request);
    let reader: IdentityKeys;
    try {
      reader = await readerOf(slackUserId, how);
    } catch (error) {
      if (request && !isLastCheck && isUnreadable(error)) return request;
      throw error;
    }
    if (!request) throw new RequestNotFoundError(requestId);
    if (await isAnyOf(reader, request.targets)) throw hidden(requestId);
    return request;
  };

  /**
   * Returns the request unless the requester is a subject. If Slack does not answer, the stored facts decide, so that
   * the requester can cancel in an outage.
   */
  async function visibleToRequester(request: ChangeRequest): Promise<ChangeRequest> {
    const { slackUserId, userId = null } = request.requester;
    const isSubject = async () =>
      isAnyOf(await readerOf(slackUserId, { storedUserId: userId }), request.targets);
    const isHidden = await isSubject().catch((error: unknown) => {
      if (isUnreadable(error)) return isStoredAsAny(identityKeys(request.requester), request.targets);
      throw error;
    });
    if (isHidden) throw hidden(request.id);
    return request;
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof DirectoryUnavailableError || error instanceof UnknownPersonError;
}

function hidden(requestId: number): RequestNotFoundError {
  return new RequestNotFoundError(requestId, "hidden_from_subject");
}

export type VisibleRequest = ReturnType<typeof createVisibleRequest>;
