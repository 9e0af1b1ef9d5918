import { describe, expect, test } from "vitest";
import { parseOrgGuid } from "../../../../src/incydr/index.ts";
import { refusal, someUser, startIncydr } from "../recorded-incydr.ts";
import type { Reply } from "../recording-server.ts";

const someOrg = parseOrgGuid("6f1d3c2a-0000-4000-8000-000000000001");

describe("an answer becomes an error", () => {
  const array = (name: string, description: string) => ({ json: [{ name, description }] });
  const problem = (name: string) => ({ json: { problem: name, description: null } });
  const cases: [status: number, body: Reply & object, code: string, words: string | null][] = [
    [400, problem("ACTIVE_LEGAL_HOLD"), "legal_hold", "ACTIVE_LEGAL_HOLD"],
    [400, { text: "<html><h1>400 ACTIVE_LEGAL_HOLD</h1></html>" }, "legal_hold", "400 ACTIVE_LEGAL_HOLD"],
    [400, array("SYSTEM", "Organization was not found"), "invalid", "Organization was not found"],
    [401, {}, "unauthorized", null],
    [403, { text: "No.\n\u0007 Really." }, "forbidden", "No. Really."],
    [404, problem("NOT_FOUND"), "not_found", "NOT_FOUND"],
    [404, array("NOT_FOUND", "User was not found."), "not_found", "User was not found."],
    [404, { json: {} }, "unexpected_answer", "{}"],
    [404, { json: [] }, "unexpected_answer", "[]"],
    [404, {}, "unexpected_answer", null],
    [404, { text: "<html><h1>404 Not Found</h1></html>" }, "unexpected_answer", "404 Not Found"],
    [404, { text: "404 page not found" }, "unexpected_answer", "404 page not found"],
    [404, { json: { message: "Not Found" } }, "unexpected_answer", "Not Found"],
    [404, { json: { status: 404, error: "Not Found" } }, "unexpected_answer", "Not Found"],
    [409, problem("CONFLICT"), "conflict", "CONFLICT"],
    [422, { json: "bad" }, "invalid", "bad"],
    [302, { headers: { Location: "https://elsewhere.example/" } }, "unexpected_answer", null],
    [
      500,
      { text: "<!doctype html><title>Oh</title><script>x</script><p>dear</p>" },
      "unavailable",
      "Oh dear",
    ],
    [500, problem("ACTIVE_LEGAL_HOLD"), "unavailable", "ACTIVE_LEGAL_HOLD"],
  ];

  test.each(cases)("for a %i with %j, whose code is `%s`", async (status, body, code, serverWords) => {
    await using incydr = await startIncydr(() => ({
      ...body,
      status,
      headers: { "X-Request-Id": "req-7", ...body.headers },
    }));
    expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({
      code,
      sent: "yes",
      status,
      method: "GET",
      path: "/v1/users/{userId}",
      requestId: "req-7",
      serverWords,
    });
  });

  test.each<[string, Reply & object, string | null]>([
    ["of a problem", problem("CONFLICT"), "CONFLICT"],
    ["of a list of faults", array("SYSTEM", "Organization was not found"), "SYSTEM"],
    ["of a text, where it is missing", { text: "CONFLICT" }, null],
    ["of HTML, where it is missing", { text: "<p>CONFLICT</p>" }, null],
  ])("which keeps Incydr's short name for the fault %s apart from its words", async (_, body, serverCode) => {
    await using incydr = await startIncydr(() => ({ ...body, status: 400 }));
    expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({ code: "invalid", serverCode });
  });

  test.each(["X-Request-Id", "Request-Id", "x-amzn-RequestId", "X-Correlation-ID"])(
    "which has the request id of the header %s",
    async (name) => {
      await using incydr = await startIncydr(() => ({ status: 400, headers: { [name]: "req-8" } }));
      expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({ requestId: "req-8" });
    },
  );

  test("which names the failed call, its id, and the next step", async () => {
    await using incydr = await startIncydr(() => ({ status: 400, ...problem("ACTIVE_LEGAL_HOLD") }));
    await expect(incydr.users.deactivate(someUser)).rejects.toThrow(
      `Could not deactivate user ${someUser}: the user is under an active legal hold; release it in Incydr first (400). Incydr says: "ACTIVE_LEGAL_HOLD"`,
    );
  });

  test.each([
    ["HTML", { text: "<html>Please sign in</html>" }],
    ["nothing", { text: "" }],
    ["half of it", { text: '{"userId": "9' }],
    ["another shape", { json: { user: {} } }],
    ["another user", { json: { userId: "900000000000000002" } }],
    ["an id that a number has rounded", { text: '{"userId": 900000000000000001}' }],
  ])("for a 200 with %s", async (_, reply) => {
    await using incydr = await startIncydr(() => reply);
    expect(await refusal(incydr.users.getUser(someUser))).toMatchObject({
      code: "unexpected_answer",
      sent: "yes",
    });
  });

  test("for another organization or role than the one asked for", async () => {
    await using incydr = await startIncydr(({ target }) => ({
      json:
        target === "/v1/users/roles"
          ? [{ roleId: "desktop-user", roleName: "Desktop User" }]
          : { orgGuid: "another", roleId: "another" },
    }));
    for (const call of [incydr.orgs.get(someOrg), incydr.users.getRole("Desktop User")]) {
      expect(await refusal(call)).toMatchObject({ code: "unexpected_answer", sent: "yes" });
    }
  });

  test("for a 404 that isn't Incydr's, which says to check the URL and the proxy", async () => {
    await using incydr = await startIncydr(() => ({ status: 404, text: "<h1>404</h1>" }));
    await expect(incydr.users.getUser(someUser)).rejects.toThrow(/check INCYDR_URL and any proxy/);
  });
});
