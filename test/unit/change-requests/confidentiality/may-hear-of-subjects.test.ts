import { expect, it } from "vitest";
import {
  DirectoryUnavailableError,
  FRESH,
  type Freshness,
  type Person,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import { mayHearOfSubjects } from "../../../../src/change-requests/confidentiality/subject-among.ts";
import { someLead } from "../../../support/domain-objects.ts";

/** Whether Theo, of whom Slack says this now, may still be told of subjects. */
function mayTheo(theo: Partial<Person> | Error, read: Freshness[] = []): Promise<boolean> {
  const person = async (_id: string, freshness: Freshness) => {
    read.push(freshness);
    if (theo instanceof Error) throw theo;
    return someLead(theo);
  };
  return mayHearOfSubjects({ person, idsByEmail: async () => [] }, "U0THEO");
}

it("somebody is told of subjects while the policies name a group of theirs, as Slack says now", async () => {
  const read: Freshness[] = [];
  expect(await mayTheo({}, read)).toBe(true);
  expect(read).toEqual([FRESH]);
});

it.each<[string, Partial<Person> | Error]>([
  ["has left every group", { groups: [] }],
  ["is a guest by now", { isGuest: true }],
  ["is of another company", { isOtherCompany: true }],
  ["was deactivated", { isDeactivated: true }],
  ["isn't known to Slack any more", new UnknownPersonError("U0THEO")],
])("somebody who %s is told of nobody", async (_what, theo) => {
  expect(await mayTheo(theo)).toBe(false);
});

it("while Slack can't be asked nobody is told anything, nor taken for somebody who may not hear it", async () => {
  await expect(mayTheo(new DirectoryUnavailableError(null))).rejects.toThrow(DirectoryUnavailableError);
});
