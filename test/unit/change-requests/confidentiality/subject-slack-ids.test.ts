import { expect, it } from "vitest";
import { AddressRefusedError, type PeopleDirectory } from "../../../../src/authorization/index.ts";
import {
  mayBeSubject,
  subjectAccounts,
  subjectSlackIds,
} from "../../../../src/change-requests/confidentiality/subject-slack-ids.ts";
import { somePerson, someTarget } from "../../../support/domain-objects.ts";

const REFUSED = "refused@harborlight.example";
const TARGET = someTarget({ slackUserIds: ["U0STORED"], username: "Nadia.Petrov@Harborlight.example" });

/** Slack knows one address in small letters, and refuses another. */
const directory: PeopleDirectory = {
  person: async (slackUserId) => somePerson({ slackUserId }),
  idsByEmail: async (email) => {
    if (email === REFUSED) throw new AddressRefusedError(null);
    return email === TARGET.username.toLowerCase() ? ["U0NOW"] : [];
  },
};

it("the accounts of a subject are the stored ones and those of the address in small letters", async () => {
  expect(await subjectSlackIds(TARGET, directory)).toEqual(["U0STORED", "U0NOW"]);
});

it("every person may be a subject whose address Slack refuses to look up", async () => {
  const subjects = [TARGET, { ...TARGET, username: REFUSED }];
  expect(await mayBeSubject("U0SOMEBODY", subjects, directory)).toBe(true);
  expect(await mayBeSubject("U0SOMEBODY", [TARGET], directory)).toBe(false);
  expect(await mayBeSubject("U0STORED", [TARGET], directory)).toBe(true);
  expect(await mayBeSubject("U0NOW", [TARGET], directory)).toBe(true);
});

it("a subject with a refused address has the stored accounts, and perhaps others", async () => {
  const subject = { ...TARGET, username: REFUSED };
  expect(await subjectAccounts([subject], directory)).toEqual([
    { subject, slackIds: ["U0STORED"], hasKnownAccount: false },
  ]);
});
