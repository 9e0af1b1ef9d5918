import { expect, it } from "vitest";
import { DatabaseClient } from "../../../src/persistence/database-client.ts";

const failed = (code: string) => Object.assign(new Error("It failed."), { code });

/** The fault of a connection on which statements failed. */
function faultAfter(...errors: readonly Error[]): Error | null {
  const client = new DatabaseClient({});
  for (const error of errors) client.onStatementFailed(error);
  return client.fault;
}

it("a connection over which a statement isn't answered is ended, and so are the statements behind it", () => {
  let ended = 0;
  const client = Object.assign(new DatabaseClient({}), { end: async () => void ended++ });
  client.onStatementFailed(new Error("Query read timeout"));
  expect([client.fault?.message, ended]).toEqual(["Query read timeout", 1]);
});

it("the first fault of a connection is the one that it keeps", () => {
  const first = failed("57P01");
  expect(faultAfter(failed("23505"), first, failed("08006"))).toBe(first);
});

it.each(["57P01", "57P05", "08003", "08006", "25P03", "25P04", "25006"])(
  "a connection that the server, or a pooler, ends with %s isn't used again",
  (code) => expect(faultAfter(failed(code))).toMatchObject({ code }),
);

it.each(["23505", "57014", "40001", "55P03", "53300"])(
  "a statement that fails with %s leaves its connection sound",
  (code) => expect(faultAfter(failed(code))).toBeNull(),
);
