import { expect, it } from "vitest";
import { IncydrError, type IncydrReader } from "../../../src/incydr/index.ts";
import { createFindMany } from "../../../src/subjects/index.ts";
import { readEach } from "../../../src/subjects/read-each.ts";

const unavailable = new IncydrError("unavailable", "It failed.", { sent: "yes", status: 503 });
const users = Array.from({ length: 50 }, (_, index) => index);

const readFailing = (isFailing: (user: number) => boolean) =>
  readEach(users, async (user) => {
    if (isFailing(user)) throw unavailable;
    return user;
  });

it("twenty users in a row that can't be read are an outage, nineteen are not", async () => {
  await expect(readFailing((user) => user >= 5 && user < 25)).rejects.toBe(unavailable);
  const read = await readFailing((user) => user >= 5 && user < 24);
  expect([...read.values()].filter((each) => typeof each === "number")).toHaveLength(31);
});

it("users that can't be read are counted anew after each that can", async () => {
  const read = await readFailing((user) => user % 10 !== 9);
  expect([...read.values()].filter((each) => typeof each === "number")).toEqual([9, 19, 29, 39, 49]);
});

it("users are found one by one where the list of all is no list of Incydr's", async () => {
  const listed: unknown[] = [];
  const incydr = {
    users: {
      getPage: async (query: { pageSize?: number }) => {
        listed.push(query.pageSize);
        if (query.pageSize === 1) return { users: [{ userId: "70000" }], totalCount: 90, skipped: 0 };
        throw new IncydrError("unexpected_answer", "It is another's page.", { sent: "yes", status: 200 });
      },
      getUser: async (userId: string) => ({ userId }),
    },
  } as unknown as IncydrReader; // nothing else is read
  const found = await createFindMany({ incydr })(["70001", "70002", "70003"]);
  expect(found.get("70002")).toEqual({ user: { userId: "70002" } });
  expect(listed).toEqual([1, 100]);
});

it("an Incydr that doesn't answer while the list is read is an outage, and nobody's fault", async () => {
  const incydr = {
    users: {
      getPage: async (query: { pageSize?: number }) => {
        if (query.pageSize === 1) return { users: [{ userId: "70000" }], totalCount: 90, skipped: 0 };
        throw unavailable;
      },
    },
  } as unknown as IncydrReader; // nothing else is read
  await expect(createFindMany({ incydr })(["70001", "70002"])).rejects.toBe(unavailable);
});
