import { expect, it } from "vitest";
import {
  createHiddenFrom,
  isStoredAsAny,
} from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import { identityKeys } from "../../../../src/change-requests/confidentiality/identity-keys.ts";
import { createMemberIdentities } from "../../../../src/change-requests/confidentiality/member-identities.ts";
import { subjectSlackIds } from "../../../../src/change-requests/confidentiality/subject-slack-ids.ts";
import { createFindPlace } from "../../../../src/change-requests/index.ts";
import { parseUserId, type User } from "../../../../src/incydr/index.ts";
import { someLead, somePerson, someTarget } from "../../../support/domain-objects.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

it("who a reader is in Incydr is asked for their attempt, and within a second only where a form is to be opened", async () => {
  const asked: unknown[] = [];
  const { readerOf } = createHiddenFrom({
    directory: directoryOf(someLead()),
    operatorMap: new Map(),
    identify: async (_person, options) => {
      asked.push(options);
      return "user-theo";
    },
  });
  await readerOf("U0THEO", { attemptId: "a-1" });
  await readerOf("U0THEO", { attemptId: "a-2", isForForm: true });
  expect(asked).toEqual([{ attemptId: "a-1" }, { attemptId: "a-2", deadlineMs: 1_000 }]);
});

it("a reader is told from a subject by address in any case", () => {
  const reader = identityKeys({ slackUserId: "U0OTHER", email: "nadia@x.example" });
  const subject = someTarget({ username: "Nadia@X.example", userId: "other", slackUserIds: [] });
  expect(isStoredAsAny(reader, [subject])).toBe(true);
});

it("the Slack accounts of a subject are looked up by the address in small letters", async () => {
  const idsByEmail = async (email: string) => (email === "nadia@x.example" ? ["U0NADIA"] : []);
  const ids = await subjectSlackIds(
    { username: "Nadia@X.example", slackUserIds: ["U0OLD"] },
    { ...directoryOf(), idsByEmail },
  );
  expect(ids).toEqual(["U0OLD", "U0NADIA"]);
});

it("which Incydr user a member is counts from when it was asked, not from when Incydr answered", async () => {
  const maya = somePerson();
  let nowMs = 0;
  let asked = 0;
  const members = createMemberIdentities({
    people: directoryOf(maya),
    identify: async () => {
      asked += 1;
      nowMs += 60_000;
      return { userId: parseUserId("1234567890"), username: maya.email } as User; // the rest isn't asked
    },
    clock: { now: () => new Date(nowMs), sleep: async () => {} },
  });
  await members.usersOf([maya.slackUserId]);
  nowMs += 14 * 60_000 + 1;
  await members.usersOf([maya.slackUserId]);
  expect(asked).toBe(2);
});

it("a request that no restricted channel can take says what is wrong with the first one", async () => {
  const findPlace = createFindPlace({
    channels: {
      facts: async (channelId) => ({
        ...{ channelId, name: "inc-1", isPrivate: true, isArchived: false, botIsMember: true },
        ...{ hasOutsiders: false, memberIds: [], isShared: true },
      }),
    },
    people: directoryOf(),
    members: { usersOf: async () => ({ users: [], isComplete: true }) },
    rules: {
      ...{ approvalsChannelId: "C0APPROVE", auditChannelId: "C0AUDIT", restrictedChannelIds: ["C0RESTRICT"] },
      ...{ acceptsUnmappedSubjects: false, isCardChannel: () => true, isAllowedPublic: () => false },
    },
  });
  const placing = findPlace({ channelId: "C0APPROVE", threadTs: null }, []);
  await expect(placing).rejects.toMatchObject({ why: "shared" });
});
