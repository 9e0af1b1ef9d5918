import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActorId, IncydrClient, OrgGuid, UserId } from "../../../src/incydr/index.ts";
import { isIncydrError } from "../../../src/incydr/index.ts";
import { openClient, type RecordingServer, startRecordingServer } from "./recording-server.ts";

let server: RecordingServer;
let client: IncydrClient;

beforeAll(async () => {
  server = await startRecordingServer(() => ({ status: 404 }));
  client = openClient(server.url);
  await client.users.listRoles().catch(() => undefined);
});

afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

const nasty = fc.constantFrom(
  ...["..", ".", "%2e%2e", "%2E.", "../orgs/abc", "1#", "1?x=1", "1/roles", "roles", "ROLES"],
  ...["", " ", "\t", "\n", "1\r\nX: y", "1%00", "1\u0000", "1;a", "1 ", "\ud800", "１", "a@b"],
  ...["//evil.example", "http://evil.example/"],
);
const anyText = fc.oneof(nasty, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string());

// Programs without types, and stored rows, may hand in values that the types forbid.
type Calls = Record<string, { call(text: string): Promise<unknown>; allowed(text: string): string }>;
const userCalls: Calls = {
  "users.getUser": {
    // With an @ it is a username, which is looked for in a query.
    call: async (text) => (text.includes("@") ? undefined : await client.users.getUser(text)),
    allowed: (text) => `GET /v1/users/${text}`,
  },
  "users.activate": {
    call: (text) => client.users.activate(text as UserId),
    allowed: (text) => `POST /v1/users/${text}/activate`,
  },
  "users.deactivate": {
    call: (text) => client.users.deactivate(text as UserId),
    allowed: (text) => `POST /v1/users/${text}/deactivate`,
  },
  "users.move": {
    call: (text) => client.users.move(text as UserId, "guid-1" as OrgGuid),
    allowed: (text) => `POST /v1/users/${text}/move {"orgGuid":"guid-1"}`,
  },
  "users.getDevices": {
    call: (text) => client.users.getDevices(text as UserId),
    allowed: (text) => `GET /v1/users/${text}/devices?page=1&pageSize=100&sortKey=name&sortDirection=asc`,
  },
  "users.listUserRoles": {
    call: (text) => client.users.listUserRoles(text as UserId),
    allowed: (text) => `GET /v1/users/${text}/roles`,
  },
  "users.addRoles": {
    call: (text) => client.users.addRoles(text as UserId, "desktop-user"),
    allowed: (text) => `GET /v1/users/${text}/roles`,
  },
  "users.removeRoles": {
    call: (text) => client.users.removeRoles(text as UserId, "desktop-user"),
    allowed: (text) => `GET /v1/users/${text}/roles`,
  },
  "users.updateRoles": {
    call: (text) => client.users.updateRoles(text as UserId, []),
    allowed: (text) => `GET /v1/users/${text}/roles`,
  },
  "agents.getAgents": {
    call: (text) => client.agents.getAgents(text as UserId),
    allowed: (text) => `GET /v1/agents?userId=${text}&srtKey=NAME&srtDir=ASC&page=1&pageSize=500`,
  },
  "legalHold.mattersOf": {
    call: (text) => client.legalHold.mattersOf(text as UserId),
    allowed: (text) => `GET /v1/legal-hold/custodians/${text}?page=1&pageSize=100`,
  },
};

const calls: Calls = {
  ...userCalls,
  "users.move to an organization": {
    call: (text) => client.users.move("1" as UserId, text as OrgGuid),
    allowed: (text) => `POST /v1/users/1/move {"orgGuid":"${text}"}`,
  },
  "orgs.get": {
    call: (text) => client.orgs.get(text as OrgGuid),
    allowed: (text) => `GET /v1/orgs/${text}`,
  },
  "watchlists.of": {
    call: (text) => client.watchlists.of(text as ActorId),
    allowed: (text) => `GET /v2/watchlists?actorId=${text}&page=1&pageSize=100`,
  },
};

async function linesOf(call: () => Promise<unknown>): Promise<string[]> {
  server.requests.length = 0;
  await call().catch((thrown) => {
    if (!isIncydrError(thrown)) throw thrown;
  });
  return server.requests.map(({ method, target, body }) => `${method} ${target} ${body}`.trim());
}

test.each(Object.entries(calls))(
  "%s sends its own request line or none, also for odd ids",
  async (_name, { call, allowed }) => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const lines = await linesOf(() => call(text));
        expect([[], [allowed(text)]]).toContainEqual(lines);
        if (lines.length > 0) expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
      { numRuns: 150 },
    );
  },
);

test.each(["roles", "..", "", " ", "1#", "1?x=1", "../orgs/abc", "%2e%2e"])(
  "the id %j reaches no endpoint at all",
  async (text) => {
    for (const { call } of Object.values(userCalls)) expect(await linesOf(() => call(text))).toEqual([]);
  },
);

test("an actor's name is escaped into its one place in the path, or refused", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (name) => {
      const lines = await linesOf(() => client.actors.byName(name));
      expect([0, 1]).toContain(lines.length);
      const [line] = lines;
      if (line === undefined) return;
      const segment = /^GET \/v1\/actors\/actor\/name\/([^/?#]+)\/parent$/.exec(line)?.[1];
      expect(decodeURIComponent(segment ?? "")).toBe(name);
    }),
    { numRuns: 300 },
  );
});

test("a username is one value of the query and never blank, also if it holds odd characters", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (username) => {
      const [line] = await linesOf(() => client.users.getPage({ username }));
      if (line === undefined) return;
      const url = new URL(line.slice("GET ".length), "http://incydr.example");
      expect([...url.searchParams]).toEqual([
        ["username", username],
        ["page", "1"],
        ["pageSize", "100"],
      ]);
      expect(username.trim()).not.toBe("");
    }),
    { numRuns: 300 },
  );
});

test("a role is asked for by its id in its one place, or not at all", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (role) => {
      const lines = (await linesOf(() => client.users.getRole(role))).filter(
        (line) => line !== "GET /v1/users/roles",
      );
      expect([[], [`GET /v1/users/roles/${role}`]]).toContainEqual(lines);
    }),
    { numRuns: 150 },
  );
});
