import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../../src/audit/index.ts";
import { createSubjectsOfEntries, type SubjectIdentity } from "../../../../src/change-requests/index.ts";

const NADIA = { userId: "user-nadia", username: "nadia@x.example", slackUserIds: ["U0NADIA"] };
const ROLF = { userId: "user-rolf", username: "rolf@x.example", slackUserIds: [] };
const STORED: ReadonlyMap<number, readonly SubjectIdentity[]> = new Map([
  [3, [NADIA]],
  [4, [NADIA, ROLF]],
]);
const by = (username: string) => ({ userId: null, username, slackUserIds: [] });

/** The subjects of one entry. */
async function concerned(entry: Partial<Pick<AuditEntry, "requestId" | "subject" | "details">>) {
  const subjectsOf = createSubjectsOfEntries({
    identitiesOf: async (ids) => new Map([...STORED].filter(([id]) => ids.includes(id))),
  });
  const whole = { requestId: null, subject: null, details: {}, ...entry } as AuditEntry; // nothing else is read
  const [found] = await subjectsOf([whole]);
  return found;
}

describe("the subjects of an audit entry", () => {
  it.each<[string, Parameters<typeof concerned>[0], readonly SubjectIdentity[]]>([
    ["the targets of its request", { requestId: "CR-4" }, [NADIA, ROLF]],
    ["the targets of what it undoes", { details: { undoes: "CR-3" } }, [NADIA]],
    ["the targets of what it undoes, by number", { details: { undoes: 3 } }, [NADIA]],
    ["the targets of what it extends", { details: { extends: "CR-3" } }, [NADIA]],
    ["the targets of other open requests", { details: { othersOpen: ["CR-9", "CR-3"] } }, [NADIA]],
    ["the targets of what ended its grant", { details: { by: "CR-3" } }, [NADIA]],
    ["its own subject", { subject: "Sam@x.example" }, [by("sam@x.example")]],
    [
      "the usernames that it lists",
      { details: { usernames: ["A@x.example", "b@x.example"] } },
      [by("a@x.example"), by("b@x.example")],
    ],
    ["the address that was asked for", { details: { asked: "Sam@x.example" } }, [by("sam@x.example")]],
    [
      "the account that was mentioned",
      { details: { asked: "<@U0SAM|sam>" } },
      [{ userId: null, username: "", slackUserIds: ["U0SAM"] }],
    ],
    ["no user if a text names none", { details: { asked: "sam" } }, []],
  ])("an entry concerns %s", async (_whom, entry, subjects) => {
    expect(await concerned(entry)).toEqual({ subjects, isUndetermined: false });
  });

  it.each(["reason", "role", "org", "ticket"])(
    "an entry may concern any user if a person typed a %s and the entry has no subject",
    async (key) => {
      const details = { [key]: "about Sam" };
      expect(await concerned({ details })).toMatchObject({ isUndetermined: true });
      // The typed text may be about another user than the typed subject.
      expect(await concerned({ details: { ...details, asked: "sam@x.example" } })).toMatchObject({
        isUndetermined: true,
      });
      expect(await concerned({ details, subject: "sam@x.example" })).toMatchObject({ isUndetermined: false });
      expect(await concerned({ details: { [key]: "" } })).toMatchObject({ isUndetermined: false });
    },
  );
});
