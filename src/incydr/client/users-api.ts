import type { Call } from "../http/call-runner.ts";
import type { HttpAnswer } from "../http/http-exchange.ts";
import { maxReadCharacters } from "../http/server-error-detail.ts";
import { invalidInput } from "../model/errors.ts";
import { parseOrgGuid, parseUserId, type UserId } from "../model/ids.ts";
import { otherRecordError, readPage } from "./answers.ts";
import { type ApiContext, reportIncomplete } from "./api-context.ts";
import type { RepeatableWriteOptions, StateAnswer, UserFilter, UserListing, UsersApi } from "./client-api.ts";
import { assertUsername, findUsername } from "./find-username.ts";
import { type ReadSet, readPages } from "./read-pages.ts";
import { device, type User, user } from "./records.ts";
import type { UserRoles } from "./user-roles.ts";

// The reference SDK's default; the largest size that Incydr takes is not documented.
const defaultPageSize = 100;

/** `client.users` over `context`, its role methods from `roles`. */
export function createUsersApi(context: ApiContext, roles: UserRoles): UsersApi {
  const { run, transport, observer } = context;

  async function fetchPage(
    call: Call,
    { active, blocked, username }: UserFilter,
    paging: { readonly page: number; readonly pageSize: number },
  ) {
    if (username !== undefined) assertUsername(username);
    return await transport.read(call, {
      purpose: "list users",
      path: "/v1/users",
      isList: true,
      query: { active, blocked, username, ...paging },
      read: readPage("users", user),
    });
  }

  async function fetchUser(call: Call, userId: UserId): Promise<User> {
    const found = await transport.read(call, {
      purpose: `read user ${userId}`,
      path: "/v1/users/{userId}",
      params: { userId },
      read: (json) => user.parse(json),
    });
    if (found.userId !== userId) throw otherRecordError(`user ${userId}`, found.userId);
    return found;
  }

  function changeState(
    userId: UserId,
    verb: "activate" | "deactivate",
    options: RepeatableWriteOptions | undefined,
  ): Promise<StateAnswer> {
    const id = parseUserId(userId);
    return run(options, (call) =>
      transport.write<StateAnswer>(call, {
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
        transport.write(call, {
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
      const { items, ...page } = await run(options, (call) =>
        transport.read(call, {
          purpose: `list the devices of user ${id}`,
          path: "/v1/users/{userId}/devices",
          params: { userId: id },
          query: { active, blocked, ...paging, sortKey, sortDirection: sortDir },
          read: readPage("devices", device),
        }),
      );
      return { devices: items, ...page };
    },

    getPage: async (query = {}, options) => {
      const paging = { page: positive("pageNum", query.pageNum, 1), pageSize: pageSizeOf(query) };
      const { items, ...page } = await run(options, (call) => fetchPage(call, query, paging));
      return { users: items, ...page };
    },

    getUser: async (user, options) => {
      if (typeof user === "string" && user.includes("@")) {
        return await run(options, (call) =>
          findUsername(user, (filter, paging) => fetchPage(call, filter, paging)),
        );
      }
      const userId = parseUserId(user);
      return await run(options, (call) => fetchUser(call, userId));
    },

    iterAll: (query = {}, options) => {
      let set: ReadSet | undefined;
      const report = reportIncomplete(observer, "/v1/users");
      async function* iterate() {
        const pageSize = pageSizeOf(query);
        // The default priority of a listing is `bulk`.
        yield* run.iterate({ lane: "bulk", ...options }, (call) =>
          readPages<User>({
            pageSize,
            keyOf: ({ userId }) => userId,
            fetchPage: (page, stopped) => {
              const signal = AbortSignal.any([call.signal, stopped]);
              return fetchPage({ ...call, signal }, query, { page, pageSize });
            },
            onEnd: (end) => {
              set = end;
              report(end);
            },
          }),
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

// Incydr answers so for legal-hold matters (400, ALREADY_…). For users this is inferred, so only these words count.
function saysAlready(answer: HttpAnswer, verb: "activate" | "deactivate"): boolean {
  if (answer.status !== 400 && answer.status !== 409) return false;
  const words =
    verb === "activate" ? /\b(USER_)?ALREADY_ACTIV(E|ATED)\b/ : /\b(USER_)?ALREADY_(DEACTIVATED|INACTIVE)\b/;
  return words.test(answer.body.slice(0, maxReadCharacters));
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
