import { describe, expect, it } from "vitest";
import { createRememberedLists } from "../../../../src/change-requests/index.ts";
import { IncompleteListError, IncydrError, type IncydrReader } from "../../../../src/incydr/index.ts";
import { RefusalError } from "../../../../src/kernel/errors.ts";
import { incydrListing } from "../../../support/stub-ports.ts";
import { createManualClock, settled } from "../../incydr/manual-clock.ts";

class NoSuchRole extends RefusalError<"unknown_role", null> {
  constructor() {
    super("unknown_role", null, "There is no such role.");
  }
}

/** A tenant whose list of roles the test changes, and the priority of each reading. */
function setUp({ complete = true } = {}) {
  const clock = createManualClock();
  const tenant = { roles: ["Alert Emails"], failure: null as Error | null, background: Promise.resolve() };
  const asked: (string | undefined)[] = [];
  const listRoles: IncydrReader["users"]["listRoles"] = async (options) => {
    asked.push(options?.lane);
    if (tenant.failure) throw tenant.failure;
    const roles = tenant.roles.map((name) => ({ id: name, name }));
    if (options?.lane === "background") await tenant.background;
    return incydrListing({ roles, complete }).users.listRoles();
  };
  const incydr = incydrListing({ orgs: [{ guid: "1", name: "Research" }] });
  const lists = createRememberedLists({
    incydr: { ...incydr, users: { ...incydr.users, listRoles } },
    clock,
  });
  /** The names of the roles; refuses if there is none with the wanted name. */
  const names = (wanted = "Alert Emails") =>
    lists.with(async ({ users }) => {
      const roles = await users.listRoles();
      const found = roles.map(({ roleName }) => roleName);
      if (!found.includes(wanted)) throw new NoSuchRole();
      return found;
    });
  return { clock, tenant, asked, lists, names };
}

describe("a remembered list of roles", () => {
  it("is not replaced by an older reading that ends later in the background", async () => {
    const { clock, tenant, names } = setUp();
    await names();
    await clock.advance(300_001);
    const slow = Promise.withResolvers<void>();
    tenant.background = slow.promise;
    await names();
    tenant.roles = ["Alert Emails", "PROe User"];
    await clock.advance(1_000);
    await names("PROe User");
    slow.resolve();
    await settled();
    expect(await names()).toEqual(["Alert Emails", "PROe User"]);
  });

  it("is read once for 15 minutes, and from five minutes on again in the background", async () => {
    const { clock, tenant, asked, names } = setUp();
    expect([await names(), await names()]).toEqual([["Alert Emails"], ["Alert Emails"]]);
    await clock.advance(300_000);
    await names();
    expect(asked).toEqual(["interactive"]);
    tenant.roles = ["Alert Emails", "PROe User"];
    await clock.advance(1);
    // The person does not wait for the background.
    expect(await names()).toEqual(["Alert Emails"]);
    await settled();
    expect(asked).toEqual(["interactive", "background"]);
    expect(await names()).toEqual(["Alert Emails", "PROe User"]);
  });

  it("is read anew after 15 minutes, also if the background could not read it", async () => {
    const { clock, tenant, asked, names } = setUp();
    await names();
    tenant.failure = new IncydrError("unavailable", "It is away.", { sent: "no" });
    await clock.advance(900_000);
    expect(await names()).toEqual(["Alert Emails"]);
    await settled();
    await clock.advance(1);
    await expect(names()).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toEqual(["interactive", "background", "interactive"]);
  });

  it("leads to no refusal: it is read anew first", async () => {
    const { tenant, asked, names } = setUp();
    await names();
    tenant.roles = ["Alert Emails", "New"];
    expect(await names("New")).toEqual(["Alert Emails", "New"]);
    await expect(names("Newer")).rejects.toThrow(NoSuchRole);
    expect(asked).toEqual(["interactive", "interactive", "interactive"]);
  });

  it("is not read twice for a refusal that follows from a list that was just read", async () => {
    const { asked, names } = setUp();
    await expect(names("New")).rejects.toThrow(NoSuchRole);
    expect(asked).toHaveLength(1);
  });

  it("is not remembered if it may be incomplete", async () => {
    const { asked, names } = setUp({ complete: false });
    await names();
    await names();
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["an error of Incydr", new IncompleteListError("It may be incomplete.")],
    ["a fault of the bot", new TypeError("It is broken.")],
  ])("is not read anew after %s", async (_what, error) => {
    const { asked, lists, names } = setUp();
    await names();
    const failing = lists.with(async ({ users }) => {
      await users.listRoles();
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect(asked).toHaveLength(1);
  });

  it("is read once for people at the same time, and for a form that was told of early", async () => {
    const { asked, lists, names } = setUp();
    lists.prefetch("roles");
    await Promise.all([names(), names()]);
    expect(asked).toEqual(["interactive"]);
  });

  it("that could not be read early is read again for the form", async () => {
    const { tenant, lists, names } = setUp();
    tenant.failure = new IncydrError("unavailable", "It is away.", { sent: "no" });
    lists.prefetch("roles");
    await settled();
    tenant.failure = null;
    expect(await names()).toEqual(["Alert Emails"]);
  });
});

it("organizations are remembered like roles", async () => {
  const { lists } = setUp();
  const guids = () => lists.with(async ({ orgs }) => (await orgs.list()).map(({ orgGuid }) => orgGuid));
  const first = await guids();
  expect(first).toEqual(["1"]);
  expect(await guids()).toEqual(first);
});
