import { describe, expect, test } from "vitest";
import { startIncydrSimulator } from "../../../sandbox/incydr/incydr-simulator.ts";
import { openClient, type Reply, startRecordingServer } from "./recording-server.ts";

const VICTOR = "victor.hale+lab@harborlight.example";
const unknown = { status: 404, json: { problem: "NOT_FOUND", description: null } };

async function startTenant() {
  const simulator = await startIncydrSimulator({ requestsPerMinute: null });
  const { clientId, clientSecret } = simulator;
  const client = openClient(simulator.url, { clientId, clientSecret });
  return {
    simulator,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await simulator.close();
    },
  };
}

describe("the actor of a username", () => {
  test("is the parent of its family, which has the watchlists", async () => {
    await using tenant = await startTenant();
    const child = tenant.simulator.tenant.actorOf(VICTOR);
    const actor = await tenant.client.actors.byName(VICTOR);
    expect(actor).toMatchObject({ actorId: child?.parentActorId, name: "victor.hale@harborlight.example" });
    expect(await tenant.client.watchlists.of(actor.actorId)).toMatchObject([{ title: "Optics prototypes" }]);
  });

  test.each(["insensitive", "sensitive"] as const)(
    "is found in any case, where the look-up by name is case-%s",
    async (actorNameCase) => {
      await using tenant = await startTenant();
      tenant.simulator.control.setReadings({ actorNameCase });
      const child = tenant.simulator.tenant.actorOf(VICTOR);
      const actor = await tenant.client.actors.byName("Victor.Hale+LAB@harborlight.example");
      expect(actor.actorId).toBe(child?.parentActorId);
    },
  );

  test("isn't one whose name only begins alike", async () => {
    await using tenant = await startTenant();
    await expect(tenant.client.actors.byName("victor.hale")).rejects.toMatchObject({ code: "not_found" });
  });

  test.each<[string, Reply, string]>([
    ["none", { json: { actors: [] } }, "not_found"],
    [
      "two of the name",
      {
        json: {
          actors: [
            { actorId: "1", name: "ann" },
            { actorId: "2", name: "Ann" },
          ],
        },
      },
      "ambiguous",
    ],
    [
      "a record without an id",
      { json: { actors: [{ actorId: "1", name: "ann" }, { name: "ann" }] } },
      "unexpected_answer",
    ],
    ["HTML", { status: 404, text: "<h1>404</h1>" }, "unexpected_answer"],
  ])("is refused where the search finds %s", async (_, reply, code) => {
    await using server = await startRecordingServer(({ target }) => {
      if (target.includes("/search")) return reply;
      return target.includes("/id/") ? { json: { actorId: "1", name: "ann" } } : unknown;
    });
    await using client = openClient(server.url);
    await expect(client.actors.byName("ann")).rejects.toMatchObject({ code });
  });

  test("isn't concluded to be none from a 404 of the search", async () => {
    await using server = await startRecordingServer(() => unknown);
    await using client = openClient(server.url);
    await expect(client.actors.byName("ann")).rejects.toMatchObject({
      code: "unexpected_answer",
      status: 404,
    });
    expect(server.lines()).toHaveLength(2);
  });

  test("isn't concluded to be none from a 404 that isn't Incydr's", async () => {
    await using server = await startRecordingServer(() => ({ status: 404, text: "<h1>404</h1>" }));
    await using client = openClient(server.url);
    await expect(client.actors.byName("ann")).rejects.toMatchObject({ code: "unexpected_answer" });
    expect(server.lines()).toEqual(["GET /v1/actors/actor/name/ann/parent"]);
  });
});
