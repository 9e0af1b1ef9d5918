import { expect, it } from "vitest";
import { AddressRefusedError, type PeopleDirectory } from "../../../../src/authorization/index.ts";
import {
  mayBeSubject,
  subjectAccounts,
  subjectSlackIds,
} from "../../../../src/change-requests/confidentiality/subject-slack-ids.ts";
import { somePerson, someTarget } from "../../../support/domain-objects.ts";

const REFUSED = "refused@harborlight.example";
const TARGET = someTarget({ slackUserIds: ["U0STORED"] });

/** Everybody is known; one address is refused, and another is that of an account of now. */
const directory: PeopleDirectory = {
  person: async (slackUserId) => somePerson({ slackUserId }),
  idsByEmail: async (email) => {
    if (email === REFUSED) throw new AddressRefusedError(null);
    return ["U0NOW"];
  },
};

it("the accounts of a subject are those of when the request was made, and those of now", async () => {
  expect(await subjectSlackIds(TARGET, directory)).toEqual(["U0STORED", "U0NOW"]);
});

it("nobody can be told from subjects of whom one has an address that Slack refuses to look up", async () => {
  const subjects = [TARGET, { ...TARGET, username: REFUSED }];
  expect(await mayBeSubject("U0SOMEBODY", subjects, directory)).toBe(true);
  expect(await mayBeSubject("U0SOMEBODY", [TARGET], directory)).toBe(false);
  expect(await mayBeSubject("U0STORED", [TARGET], directory)).toBe(true);
  expect(await mayBeSubject("U0NOW", [TARGET], directory)).toBe(true);
});

it("a subject whose address is refused keeps the accounts of when the request was made, and may have others", async () => {
  const subject = { ...TARGET, username: REFUSED };
  expect(await subjectAccounts([subject], directory)).toEqual([
    { subject, slackIds: ["U0STORED"], hasKnownAccount: false },
  ]);
});
