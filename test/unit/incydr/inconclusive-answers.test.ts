import { expect, test } from "vitest";
import { createRoleCatalogue } from "../../../src/incydr/client/role-catalogue.ts";
import { type Call, createCallRunner } from "../../../src/incydr/http/call-runner.ts";
import {
  createList,
  IncydrError,
  type IncydrErrorCode,
  isIncydrOutage,
  parseUserId,
  type Role,
} from "../../../src/incydr/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const someUser = parseUserId("900000000000000001");
const unknown: Reply = { status: 404, json: { problem: "NOT_FOUND", description: null } };
const role = (roleId: string) => ({ roleId, roleName: `The ${roleId}` });

test("a user isn't taken for the only one where the list of one of both spellings was incomplete", async () => {
  await using server = await startRecordingServer(({ target }): Reply => {
    const isLowerCase = target.includes("ann%40");
    const users = isLowerCase ? [{ userId: "1", username: "ann@x.example" }] : [];
    return { json: { users, totalCount: isLowerCase ? 1 : 5 } };
  });
  await using client = openClient(server.url);
  await expect(client.users.getUser("Ann@x.example")).rejects.toMatchObject({ code: "unexpected_answer" });
});

/** A tenant whose look-up by name knows no actor, and whose search finds actor 1, child of actor 2. */
const actorsWith =
  (byId: Reply) =>
  ({ target }: { readonly target: string }): Reply => {
    if (target.includes("/search"))
      return { json: { actors: [{ actorId: "1", name: "ann", parentActorId: "2" }], totalCount: 1 } };
    return target.includes("/id/") ? byId : unknown;
  };

test("another actor than the one asked for is an unexpected answer, for its watchlists are another's", async () => {
  await using server = await startRecordingServer(actorsWith({ json: { actorId: "3", name: "eve" } }));
  await using client = openClient(server.url);
  await expect(client.actors.byName("ann")).rejects.toMatchObject({ code: "unexpected_answer" });
});

test("a parent that Incydr names and doesn't know is no proof that there is no actor", async () => {
  await using server = await startRecordingServer(actorsWith(unknown));
  await using client = openClient(server.url);
  await expect(client.actors.byName("ann")).rejects.toMatchObject({
    code: "unexpected_answer",
    cause: { code: "not_found" },
  });
  expect(server.lines().at(-1)).toBe("GET /v1/actors/actor/id/2");
});

/** A tenant that answers each list of roles as `listed` says, and counts the readings of the user's roles. */
function rolesWith({
  listed,
  held,
}: {
  listed: (nth: number) => unknown[];
  held: (nth: number) => string[];
}) {
  let lists = 0;
  let readings = 0;
  return ({ method, target, body }: { method: string; target: string; body: string }): Reply => {
    if (method === "PUT") return { json: { processedReplacementRoleIds: JSON.parse(body).roleIds } };
    if (target === "/v1/users/roles") {
      lists += 1;
      return { json: listed(lists) };
    }
    if (target !== `/v1/users/${someUser}/roles`) return { json: role(target.split("/").at(-1) ?? "") };
    readings += 1;
    return { json: { roles: held(readings).map(role) } };
  };
}

test("a remembered list of roles that was incomplete is read again before a name is looked for in it", async () => {
  const complete = [role("alerts"), role("desktop")];
  await using server = await startRecordingServer(
    rolesWith({
      listed: (nth) => (nth === 1 ? [...complete, { roleName: "unreadable" }] : complete),
      held: () => ["desktop"],
    }),
  );
  await using client = openClient(server.url);
  const add = () => client.users.addRoles(someUser, "The alerts");
  await expect(add()).rejects.toMatchObject({ code: "unexpected_answer" });
  expect(await add()).toMatchObject({ processedReplacementRoleIds: ["desktop", "alerts"] });
});

test("roles held are read again after the remembered names had to be, for time has passed", async () => {
  await using server = await startRecordingServer(
    rolesWith({
      listed: (nth) => (nth === 1 ? [role("desktop")] : [role("desktop"), role("alerts")]),
      held: (nth) => (nth < 2 ? ["desktop"] : ["desktop", "proe"]),
    }),
  );
  await using client = openClient(server.url);
  await client.users.getRole("The desktop");
  await client.users.addRoles(someUser, "The alerts");
  const [replacement] = server.requests.filter(({ method }) => method === "PUT");
  expect(replacement?.body).toBe(JSON.stringify({ roleIds: ["desktop", "proe", "alerts"] }));
});

test.each([
  ["no total", () => null],
  ["the total of each page", (size: number) => size],
])("a user is found behind pages that the server cuts to three, with %s", async (_, totalOf) => {
  const names = Array.from({ length: 7 }, (_each, n) => (n === 6 ? "ann@x.example" : `ann@x.example.${n}`));
  await using server = await startRecordingServer(({ target }): Reply => {
    const from = (Number(new URL(target, "http://x").searchParams.get("page")) - 1) * 3;
    const users = names.slice(from, from + 3).map((username, n) => ({ userId: `${from + n}`, username }));
    return { json: { users, totalCount: totalOf(users.length) } };
  });
  await using client = openClient(server.url);
  expect(await client.users.getUser("ann@x.example")).toMatchObject({ userId: "6" });
});

test("names of roles are remembered for five minutes from when they were asked for, not from when they came", async () => {
  const clock = createManualClock();
  let lists = 0;
  const catalogue = createRoleCatalogue({
    clock,
    run: createCallRunner({ clock, closing: new AbortController().signal }),
    listRoles: async () => {
      lists += 1;
      await clock.advance(100_000);
      return createList<Role>([], { complete: true, skipped: [] });
    },
  });
  const call = { signal: new AbortController().signal } as Call; // nothing else is read
  await catalogue.read(call);
  await clock.advance(199_999);
  expect((await catalogue.read(call)).remembered).toBe(true);
  await clock.advance(1);
  expect((await catalogue.read(call)).remembered).toBe(false);
  expect(lists).toBe(2);
});

test("exactly these errors are an outage, which the same call can get past later", () => {
  const codes = Object.entries({
    not_found: false,
    ambiguous: false,
    forbidden: true,
    unauthorized: true,
    legal_hold: false,
    rate_limited: true,
    invalid: false,
    conflict: false,
    unavailable: true,
    timed_out: true,
    aborted: true,
    outcome_unknown: true,
    roles_ignored: false,
    unexpected_answer: true,
  } satisfies Record<IncydrErrorCode, boolean>);
  for (const [code, isOutage] of codes) {
    const error = new IncydrError(code as IncydrErrorCode, "It failed.", { sent: "no" }); // a key of the record
    expect([code, isIncydrOutage(error)]).toEqual([code, isOutage]);
    expect([code, isIncydrOutage(new Error("around", { cause: error }))]).toEqual([code, isOutage]);
  }
});
