import { describe, expect, test } from "vitest";
import { notFound, refusal, startIncydr, startSimulatedIncydr } from "./recorded-incydr.ts";
import type { Reply, Responder } from "./recording-server.ts";

const VICTOR = "victor.hale+lab@harborlight.example";
const html = { status: 404, text: "<h1>404</h1>" };

describe("byName of a child", () => {
  test("gives the parent of the family, which has the watchlists", async () => {
    await using incydr = await startSimulatedIncydr();
    const actor = await incydr.actors.byName(VICTOR);
    expect(actor).toMatchObject({
      actorId: incydr.tenant.actorOf(VICTOR)?.parentActorId,
      name: "victor.hale@harborlight.example",
    });
    expect(await incydr.watchlists.of(actor.actorId)).toMatchObject([{ title: "Optics prototypes" }]);
  });

  test.each(["insensitive", "sensitive"] as const)(
    "finds the name in any case if Incydr's look-up is case-%s",
    async (actorNameCase) => {
      await using incydr = await startSimulatedIncydr({ actorNameCase });
      const actor = await incydr.actors.byName("Victor.Hale+LAB@harborlight.example");
      expect(actor.actorId).toBe(incydr.tenant.actorOf(VICTOR)?.parentActorId);
    },
  );
});

test("byName gives no actor whose name only begins alike", async () => {
  await using incydr = await startSimulatedIncydr();
  expect(await refusal(incydr.actors.byName("victor.hale"))).toMatchObject({ code: "not_found" });
});

describe("byName, if Incydr's look-up by name knows no such actor,", () => {
  const ann = { actorId: "1", name: "ann" };
  const child = { ...ann, parentActorId: "2" };
  const answering =
    (search: Reply, byId: Reply = { json: ann }): Responder =>
    ({ target }) => {
      if (target.includes("/search")) return search;
      return target.includes("/id/") ? byId : notFound;
    };
  const found = (...actors: object[]): Reply => ({ json: { actors } });

  test.each<[string, Responder, object]>([
    ["says so if the search finds none", answering(found()), { code: "not_found" }],
    [
      "refuses a name that two actors have",
      answering(found(ann, { actorId: "2", name: "Ann" })),
      { code: "ambiguous" },
    ],
    [
      "concludes nothing from a search with an unreadable record",
      answering(found(ann, { name: "ann" })),
      { code: "unexpected_answer" },
    ],
    ["concludes nothing from a search answered with HTML", answering(html), { code: "unexpected_answer" }],
    [
      "concludes nothing from a search answered with Incydr's 404",
      answering(notFound),
      { code: "unexpected_answer", status: 404 },
    ],
    [
      "refuses another parent than the one asked for, whose watchlists are another person's",
      answering(found(child), { json: { actorId: "3", name: "eve" } }),
      { code: "unexpected_answer" },
    ],
    [
      "concludes nothing if Incydr names a parent and doesn't know it",
      answering(found(child), notFound),
      { code: "unexpected_answer", cause: { code: "not_found" } },
    ],
  ])("%s", async (_, responder, expected) => {
    await using incydr = await startIncydr(responder);
    expect(await refusal(incydr.actors.byName("ann"))).toMatchObject(expected);
  });
});

test("byName concludes nothing from a 404 of the look-up by name that isn't Incydr's", async () => {
  await using incydr = await startIncydr(() => html);
  expect(await refusal(incydr.actors.byName("ann"))).toMatchObject({ code: "unexpected_answer" });
  expect(incydr.lines()).toEqual(["GET /v1/actors/actor/name/ann/parent"]);
});
