import type { Call } from "../http/call-runner.ts";
import type { HttpAnswer } from "../http/http-exchange.ts";
import { maxReadCharacters } from "../http/server-error-detail.ts";
import { IncydrError, invalidInput } from "../model/errors.ts";
import { parseOrgGuid, parseUserId, type UserId } from "../model/ids.ts";
import type { StateAnswer, User, UsersPage } from "../model/types.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { RepeatableWriteOptions, UserFilter, UserListing, UsersApi } from "./client-api.ts";
import { assertUsername, findUsername } from "./find-username.ts";
import { type ReadSet, readPages } from "./read-pages.ts";
import type { UserRoles } from "./user-roles.ts";

// The reference SDK's default; the largest size that Incydr takes is not documented.
const defaultPageSize = 100;

/** `client.users` over `context`, its role methods from `roles`. */
export function createUsersApi(context: ApiContext, roles: UserRoles): UsersApi {
  const { run, transport } = context;

  async function fetchPage(
    call: Call,
    filter: UserFilter,
    paging: { readonly page: number; readonly pageSize: number },
  ): Promise<UsersPage> {
    const { active, blocked, username } = filter;
    if (username !== undefined) assertUsername(username);
    return await transport(call, {
      purpose: "list users",
      method: "GET",
      path: "/v1/users",
      isList: true,
      query: { active, blocked, username, ...paging },
      effect: "read",
      read: async (json) => {
        const { items, totalCount, skipped } = await answers.users(json);
        return { users: items, totalCount, skipped };
      },
    });
  }

  async function* readUsers(
    call: Call,
    filter: UserFilter,
    { pageSize, onEnd }: { readonly pageSize: number; readonly onEnd: (set: ReadSet) => void },
  ): AsyncGenerator<User> {
    const observe = observePages(context.observer, "/v1/users");
    yield* readPages({
      pageSize,
      keyOf: (user) => user.userId,
      ...observe,
      onEnd: (set) => {
        onEnd(set);
        observe.onEnd(set);
      },
      fetchPage: async (page, stopped) => {
        const signal = AbortSignal.any([call.signal, stopped]);
        const { users, totalCount, skipped } = await fetchPage({ ...call, signal }, filter, {
          page,
          pageSize,
        });
        return { items: users, totalCount, skipped };
      },
    });
  }

  async function fetchUser(call: Call, userId: UserId): Promise<User> {
    const user = await transport(call, {
      purpose: `read user ${userId}`,
      method: "GET",
      path: "/v1/users/{userId}",
      params: { userId },
      effect: "read",
      read: (json) => answers.user.parse(json),
    });
    if (user.userId !== userId) throw otherRecord(`user ${userId}`, user.userId);
    return user;
  }

  function changeState(
    userId: UserId,
    verb: "activate" | "deactivate",
    options: RepeatableWriteOptions | undefined,
  ): Promise<StateAnswer> {
    const id = parseUserId(userId);
    return run(options, (call) =>
      transport<StateAnswer>(call, {
        purpose: `${verb} user ${id}`,
        method: "POST",
        path: `/v1/users/{userId}/${verb}`,
        params: { userId: id },
        effect: effectOf(options),
        mayRefuseRepetition: true,
        read: () => ({ already: false }),
        accept: (answer) => (saysAlready(answer, verb) ? { already: true } : undefined),
      }),
    );
  }

  return {
    ...roles,
    activate: async (userId, options) => await changeState(userId, "activate", options),
    deactivate: async (userId, options) => await changeState(userId, "deactivate", options),

    move: async (userId, orgGuid, options) => {
      const id = parseUserId(userId);
      const org = parseOrgGuid(orgGuid);
      await run(options, (call) =>
        transport(call, {
          purpose: `move user ${id} to organization ${org}`,
          method: "POST",
          path: "/v1/users/{userId}/move",
          params: { userId: id },
          body: { orgGuid: org },
          effect: effectOf(options),
          read: () => undefined,
        }),
      );
    },

    getDevices: async (userId, query = {}, options) => {
      const id = parseUserId(userId);
      const { active, blocked, sortKey = "name", sortDir = "asc" } = query;
      const paging = { page: positive("pageNum", query.pageNum, 1), pageSize: pageSizeOf(query) };
      return await run(options, (call) =>
        transport(call, {
          purpose: `list the devices of user ${id}`,
          method: "GET",
          path: "/v1/users/{userId}/devices",
          params: { userId: id },
          query: { active, blocked, ...paging, sortKey, sortDirection: sortDir },
          effect: "read",
          read: async (json) => {
            const { items, totalCount, skipped } = await answers.devices(json);
            return { devices: items, totalCount, skipped };
          },
        }),
      );
    },

    getPage: async (query = {}, options) => {
      const paging = { page: positive("pageNum", query.pageNum, 1), pageSize: pageSizeOf(query) };
      return await run(options, (call) => fetchPage(call, query, paging));
    },

    getUser: async (user, options) => {
      if (typeof user === "string" && user.includes("@")) {
        return await run(options, (call) =>
          findUsername(user, {
            fetchPage: (filter, page, pageSize) => fetchPage(call, filter, { page, pageSize }),
          }),
        );
      }
      const userId = parseUserId(user);
      return await run(options, (call) => fetchUser(call, userId));
    },

    iterAll: (query = {}, options) => {
      let set: ReadSet | undefined;
      const onEnd = (end: ReadSet) => {
        set = end;
      };
      async function* iterate() {
        const pageSize = pageSizeOf(query);
        // A listing is bulk work unless said otherwise.
        yield* run.iterate({ lane: "bulk", ...options }, (call) =>
          readUsers(call, query, { pageSize, onEnd }),
        );
      }
      return Object.defineProperties(iterate(), {
        complete: { get: () => set?.complete ?? null },
        skipped: { get: () => set?.skipped ?? [] },
      }) as AsyncGenerator<User, void, undefined> & UserListing; // defined just now
    },
  };
}

function effectOf(options: RepeatableWriteOptions | undefined): "repeatable" | "once" {
  return options?.repeatIfUnknown === false ? "once" : "repeatable";
}

// Known of legal-hold matters (400, ALREADY_…); for users it is inferred, so only these words count.
function saysAlready(answer: HttpAnswer, verb: "activate" | "deactivate"): boolean {
  if (answer.status !== 400 && answer.status !== 409) return false;
  const words =
    verb === "activate" ? /\b(USER_)?ALREADY_ACTIV(E|ATED)\b/ : /\b(USER_)?ALREADY_(DEACTIVATED|INACTIVE)\b/;
  return words.test(answer.body.slice(0, maxReadCharacters));
}

function otherRecord(asked: string, answered: string): IncydrError {
  const message = `Asked for ${asked}, Incydr answered with ${answered}; nothing was taken from it`;
  return new IncydrError("unexpected_answer", message, { sent: "yes" });
}

function pageSizeOf({ pageSize }: { readonly pageSize?: number | undefined }): number {
  return positive("pageSize", pageSize, defaultPageSize);
}

function positive(name: string, value: number | undefined, otherwise: number): number {
  const chosen = value ?? otherwise;
  if (!Number.isSafeInteger(chosen) || chosen < 1)
    throw invalidInput(`${name} must be a whole number from 1`);
  return chosen;
}
