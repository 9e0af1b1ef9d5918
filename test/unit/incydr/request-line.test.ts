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

// Programs without types, and stored rows, may pass values that the types forbid.
type Call = [name: string, call: (text: string) => Promise<unknown>, line: (text: string) => string];
const user = (text: string) => text as UserId;
const userCalls: Call[] = [
  // A text with an @ is a username, which goes into a query.
  [
    "getUser",
    async (id) => id.includes("@") || (await client.users.getUser(id)),
    (id) => `GET /v1/users/${id}`,
  ],
  ["activate", (id) => client.users.activate(user(id)), (id) => `POST /v1/users/${id}/activate`],
  ["deactivate", (id) => client.users.deactivate(user(id)), (id) => `POST /v1/users/${id}/deactivate`],
  [
    "move",
    (id) => client.users.move(user(id), "guid-1" as OrgGuid),
    (id) => `POST /v1/users/${id}/move {"orgGuid":"guid-1"}`,
  ],
  [
    "getDevices",
    (id) => client.users.getDevices(user(id)),
    (id) => `GET /v1/users/${id}/devices?page=1&pageSize=100&sortKey=name&sortDirection=asc`,
  ],
  ["listUserRoles", (id) => client.users.listUserRoles(user(id)), (id) => `GET /v1/users/${id}/roles`],
  ["addRoles", (id) => client.users.addRoles(user(id), "desktop"), (id) => `GET /v1/users/${id}/roles`],
  ["removeRoles", (id) => client.users.removeRoles(user(id), "desktop"), (id) => `GET /v1/users/${id}/roles`],
  ["updateRoles", (id) => client.users.updateRoles(user(id), []), (id) => `GET /v1/users/${id}/roles`],
  [
    "agents.getAgents",
    (id) => client.agents.getAgents(user(id)),
    (id) => `GET /v1/agents?userId=${id}&srtKey=NAME&srtDir=ASC&page=1&pageSize=500`,
  ],
  [
    "legalHold.mattersOf",
    (id) => client.legalHold.mattersOf(user(id)),
    (id) => `GET /v1/legal-hold/custodians/${id}?page=1&pageSize=100`,
  ],
];
const calls: Call[] = [
  ...userCalls,
  [
    "move to an organization",
    (guid) => client.users.move(user("1"), guid as OrgGuid),
    (guid) => `POST /v1/users/1/move {"orgGuid":"${guid}"}`,
  ],
  ["orgs.get", (guid) => client.orgs.get(guid as OrgGuid), (guid) => `GET /v1/orgs/${guid}`],
  [
    "watchlists.of",
    (id) => client.watchlists.of(id as ActorId),
    (id) => `GET /v2/watchlists?actorId=${id}&page=1&pageSize=100`,
  ],
];

async function linesOf(call: () => Promise<unknown>): Promise<string[]> {
  server.requests.length = 0;
  await call().catch((thrown) => {
    if (!isIncydrError(thrown)) throw thrown;
  });
  return server.requests.map(({ method, target, body }) => `${method} ${target} ${body}`.trim());
}

test.each(calls)("%s sends its own request line or none, also for odd ids", async (_name, call, lineOf) => {
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const lines = await linesOf(() => call(text));
      expect([[], [lineOf(text)]]).toContainEqual(lines);
      if (lines.length > 0) expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    }),
    { numRuns: 150 },
  );
});

test.each(["roles", "..", "", " ", "1#", "1?x=1", "../orgs/abc", "%2e%2e"])(
  "the id %j reaches no endpoint at all",
  async (text) => {
    for (const [, call] of userCalls) expect(await linesOf(() => call(text))).toEqual([]);
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
