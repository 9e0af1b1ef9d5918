import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { withClient } from "../../sandbox/postgres/database-admin.ts";
import { createTestDatabase } from "../support/database.ts";

describe("a test's database", () => {
  it("has every migration of the product applied", async () => {
    await using database = await createTestDatabase();
    const applied = await withClient(database.connectionString, (client) =>
      client.query("SELECT name FROM kysely_migration ORDER BY name"),
    );
    const files = (await readdir(path.join(import.meta.dirname, "../../migrations"))).sort();
    expect(applied.rows.map(({ name }) => `${name}.sql`)).toEqual(files);
  });

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
