import { describe, expect, it } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import { createTestDatabase } from "../support/database.ts";

describe("a test's database", () => {
  it("shares nothing with another made at the same time", async () => {
    const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
    const urls = databases.map((database) => database.connectionString);
    await Promise.all(urls.map((url) => withClient(url, (client) => client.query("CREATE TABLE mine ()"))));
    expect(new Set(urls).size).toBe(3);
    await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
  });

  it("is gone after its disposal, open connections or not", async () => {
    const database = await createTestDatabase();
    await withClient(database.connectionString, async (client) => {
      client.on("error", () => undefined);
      await database[Symbol.asyncDispose]();
    });
    await expect(withClient(database.connectionString, async () => "open")).rejects.toMatchObject({
      code: "3D000",
    });
  });
});
