import { describe, expect, test } from "vitest";
import {
  parseRoleId,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "../../../src/incydr/index.ts";
import { refusal, someUser, startIncydr } from "./recorded-incydr.ts";
import { role, startRoles } from "./role-tenant.ts";

describe("the roles that are written", () => {
  test("are those held and those added, none of them twice", async () => {
    await using tenant = await startRoles();
    await tenant.users.addRoles(someUser, ["Alert Emails", "alerts", "PROe User"]);
    expect(tenant.writes()).toEqual([["desktop", "proe", "alerts"]]);
  });

  test("are none if only roles are added that the user holds", async () => {
    await using tenant = await startRoles();
    expect(await tenant.users.addRoles(someUser, "PROe User")).toMatchObject({ newlyAssignedRolesIds: [] });
    expect(tenant.writes()).toEqual([]);
  });

  test("include a held role that the client may not assign if another is added", async () => {
    await using tenant = await startRoles({ held: ["admin", "desktop"] });
    await tenant.users.addRoles(someUser, "proe");
    expect(tenant.writes()).toEqual([["admin", "desktop", "proe"]]);
  });

  test.each(["Customer Cloud Admin", "admin"])(
    "lack a held role that the client may not assign if it is removed as %s",
    async (reference) => {
      await using tenant = await startRoles({ held: ["admin", "desktop", "proe"] });
      await tenant.users.removeRoles(someUser, [reference, "desktop"]);
      expect(tenant.writes()).toEqual([["proe"]]);
    },
  );

  test("are none of them twice after a removal, even if Incydr names a role twice", async () => {
    await using tenant = await startRoles({ held: ["desktop", "proe", "desktop"] });
    await tenant.users.removeRoles(someUser, ["PROe User", "proe"]);
    expect(tenant.writes()).toEqual([["desktop"]]);
  });

  test("are the named roles if all are replaced, also none", async () => {
    await using tenant = await startRoles();
    await tenant.users.updateRoles(someUser, ["Alert Emails", "desktop"]);
    await tenant.users.updateRoles(someUser, []);
    expect(tenant.writes()).toEqual([["alerts", "desktop"], []]);
  });
});

describe("a role that can't be used", () => {
  test.each([[[]], [""], [" "], [["proe", ""]]])("is refused before anything is sent: %j", async (roles) => {
    await using tenant = await startRoles();
    const added = await refusal(tenant.users.addRoles(someUser, roles));
    expect(added).toMatchObject({ code: "invalid", sent: "no" });
    expect(tenant.lines()).toEqual([]);
  });

  test("is reported with all others, and nothing is written", async () => {
    const twins = ["one", "two"].map((roleId) => ({ roleId, roleName: "Twin" }));
    await using tenant = await startRoles({ held: ["desktop"], assignable: ["desktop", "proe", ...twins] });
    const added = await refusal(
      tenant.users.addRoles(someUser, ["No Such Role", "proe user", "Twin", "admin", "PROe User"]),
    );
    expect(added).toBeInstanceOf(RoleFaultsError);
    expect(added).toMatchObject({
      code: "invalid",
      sent: "no",
      faults: [
        { role: "No Such Role", reason: "not_found" },
        { role: "proe user", reason: "not_found" },
        { role: "Twin", reason: "ambiguous" },
        { role: "admin", reason: "not_assignable" },
      ],
    });
    const removed = await refusal(
      tenant.users.removeRoles(someUser, ["PROe User", "no-such-role", "admin", "Desktop User"]),
    );
    expect(removed).toMatchObject({
      faults: [
        { role: "PROe User", reason: "not_held" },
        { role: "no-such-role", reason: "not_found" },
        { role: "admin", reason: "not_held" },
      ],
    });
    expect(tenant.writes()).toEqual([]);
  });

  test("is named in the error if Incydr ignored it", async () => {
    const answer = {
      processedReplacementRoleIds: ["desktop", "proe"],
      ignoredRolesIds: ["alerts", "strange"],
    };
    await using tenant = await startRoles({ put: () => ({ json: answer }) });
    const error = await refusal(tenant.users.addRoles(someUser, "alerts"));
    expect(error).toBeInstanceOf(RolesIgnoredError);
    expect(error).toMatchObject({
      code: "roles_ignored",
      sent: "yes",
      ignored: [role("alerts"), { roleId: "strange", roleName: null }],
    });
    expect(String(error)).toContain("Alert Emails (alerts), strange");
  });

  test("is told as ignored even if the names of roles can't be read any more", async () => {
    await using incydr = await startIncydr(({ target, method }) => {
      if (target === "/v1/users/roles") return { status: 403 };
      const held = { roles: ["proe", "alerts"].map(role) };
      return { json: method === "PUT" ? { ignoredRolesIds: ["proe"] } : held };
    });
    const error = await refusal(incydr.users.updateRoles(someUser, ["proe"]));
    expect(error).toMatchObject({ code: "roles_ignored", ignored: [role("proe")] });
  });
});

test("getRole finds a role by its id or exact name, also one that may not be assigned", async () => {
  await using tenant = await startRoles();
  expect(await tenant.users.getRole("Desktop User")).toMatchObject(role("desktop"));
  expect(await tenant.users.getRole("proe")).toMatchObject(role("proe"));
  expect(await tenant.users.getRole("admin")).toMatchObject(role("admin"));
  expect(await refusal(tenant.users.getRole("desktop user"))).toMatchObject({ code: "not_found" });
  expect(await refusal(tenant.users.getRole("no-such-role"))).toMatchObject({ code: "not_found" });
});

test("a list of roles that may be incomplete tells a role by its id, and nothing about a name", async () => {
  await using tenant = await startRoles({ assignable: ["alerts", {}] });
  for (const name of ["Alert Emails", "No Such Role"]) {
    await expect(tenant.users.getRole(name)).rejects.toMatchObject({
      code: "unexpected_answer",
      message: expect.stringContaining("may be incomplete"),
    });
  }
  expect(await tenant.users.getRole("alerts")).toMatchObject({ roleId: "alerts" });
  await expect(tenant.users.getRole("no-such-role")).rejects.toMatchObject({ code: "not_found" });
});

test("a 404 that isn't Incydr's is no proof that there is no such role", async () => {
  await using incydr = await startIncydr(({ target }) => {
    if (target === "/v1/users/roles") return { json: [] };
    if (target.endsWith(`${someUser}/roles`)) return { json: { roles: [] } };
    return { status: 404, text: "<h1>404</h1>" };
  });
  const added = await refusal(incydr.users.addRoles(someUser, "org-admin"));
  expect(added).toMatchObject({ code: "unexpected_answer" });
});

describe("the expected set of roles", () => {
  test("lets a write through that meets it, in any order", async () => {
    await using tenant = await startRoles();
    await tenant.users.removeRoles(someUser, "proe", { expected: ["proe", "desktop"].map(parseRoleId) });
    expect(tenant.writes()).toEqual([["desktop"]]);
  });

  test.each(["addRoles", "removeRoles", "updateRoles"] as const)(
    "stops %s if the user's roles are others",
    async (method) => {
      await using tenant = await startRoles();
      const expected = [parseRoleId("desktop")];
      const error = await refusal(tenant.users[method](someUser, "proe", { expected }));
      expect(error).toBeInstanceOf(RolesChangedError);
      expect(error).toMatchObject({
        code: "conflict",
        sent: "no",
        expected: ["desktop"],
        actual: [role("desktop"), role("proe")],
      });
      expect(tenant.writes()).toEqual([]);
    },
  );

  test("is compared with the roles that are held after the names were looked up", async () => {
    await using tenant = await startRoles({
      held: ["desktop"],
      onList: () => tenant.setRoles(["desktop", "admin"]),
    });
    const expected = [parseRoleId("desktop")];
    const added = await refusal(tenant.users.addRoles(someUser, "Alert Emails", { expected }));
    expect(added).toMatchObject({ code: "conflict" });
  });
});

describe("the remembered names of roles", () => {
  const later = { deadlineMs: 10_000_000 };

  test("are used until they are 15 minutes old", async () => {
    await using tenant = await startRoles();
    await tenant.users.getRole("Alert Emails", later);
    await tenant.users.getRole("Alert Emails", later);
    expect(tenant.lookUps()).toBe(1);
    await tenant.clock.advance(900_000);
    await tenant.users.getRole("Alert Emails", later);
    expect(tenant.lookUps()).toBe(2);
  });

  test("are read again in the background once they are five minutes old, while the call uses the old ones", async () => {
    await using tenant = await startRoles();
    await tenant.users.getRole("Alert Emails", later);
    await tenant.clock.advance(300_000);
    await tenant.users.getRole("Alert Emails", later);
    await expect.poll(() => tenant.lookUps()).toBe(2);
    await tenant.users.getRole("Alert Emails", later);
    expect(tenant.lookUps()).toBe(2);
  });

  test("come from the list of roles that a caller reads, too", async () => {
    await using tenant = await startRoles();
    await tenant.users.listRoles();
    await tenant.users.getRole("Alert Emails");
    expect(tenant.lookUps()).toBe(1);
  });

  test("are read again if a name isn't among them, once for all such names", async () => {
    await using tenant = await startRoles();
    await tenant.users.getRole("Alert Emails");
    tenant.assignable.push("new-1", "new-2");
    await tenant.users.addRoles(someUser, ["new-1", "new-2"]);
    expect(tenant.writes()).toEqual([["desktop", "proe", "new-1", "new-2"]]);
    expect(tenant.lookUps()).toBe(2);
  });

  test("are read again if they were incomplete", async () => {
    await using tenant = await startRoles({ assignable: ["alerts", { roleName: "unreadable" }] });
    const add = () => tenant.users.addRoles(someUser, "Alert Emails");
    await expect(add()).rejects.toMatchObject({ code: "unexpected_answer" });
    tenant.assignable.pop();
    expect(await add()).toMatchObject({ processedReplacementRoleIds: ["desktop", "proe", "alerts"] });
  });
});
