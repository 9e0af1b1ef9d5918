import { expect, test } from "vitest";
import {
  digestMessage,
  type LinkedLine,
  personalDigest,
} from "../../../../src/slack/messages/reminder-digest-message.ts";
import { someGrant, someRequest } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

function someLine(patch: Partial<LinkedLine> = {}): LinkedLine {
  return {
    request: someRequest(),
    step: "reminder",
    escalateTo: [],
    approvalsMissing: 1,
    invitedApprovers: [],
    revoking: [],
    cardUrl: null,
    ...patch,
  };
}

test("a digest names groups in plain text, which alerts nobody", () => {
  const { blocks, text } = digestMessage([
    someLine(),
    someLine({ step: "escalation", escalateTo: ["insider-risk-leads", "channel"] }),
  ]);
  expect(readable(blocks)).toContain("Please decide: @insider-risk-leads, @channel.");
  const types = [...JSON.stringify(blocks).matchAll(/"type":"(usergroup|broadcast)"/g)];
  expect(types).toEqual([]);
  expect(text).toBe("1 request has waited too long");
});

test("a digest names no subject", () => {
  expect(JSON.stringify(digestMessage([someLine(), someLine({ step: "escalation" })]))).not.toMatch(/nadia/i);
});

test("a digest lists twenty requests and counts the others", () => {
  const said = readable(digestMessage(Array.from({ length: 23 }, () => someLine())).blocks);
  expect(said.match(/CR-1/g)).toHaveLength(20);
  expect(said).toContain("23 requests wait for approvals.");
  expect(said).toContain("and 3 more");
});

test("a digest mentions the invited approvers of each request in its line", () => {
  const { blocks } = digestMessage([someLine({ invitedApprovers: ["U0THEO", "U0PRIYA"] }), someLine()]);
  const alerted = [...JSON.stringify(blocks).matchAll(/"user_id":"(\w+)"/g)].map(([, id]) => id);
  expect(alerted).toEqual(["U0MAYA", "U0THEO", "U0PRIYA", "U0MAYA"]);
  expect(readable(blocks)).toMatch(/needs 1 approval · invited: .* · expires/);
});

test("a digest of many requests with five invited approvers each keeps within Slack's limit, the escalated first", () => {
  const invitedApprovers = ["U0123456789", "U1123456789", "U2123456789", "U3123456789", "U4123456789"];
  const cardUrl = "https://harborlight-security.slack.com/archives/C0123456789/p1700000000000000";
  const many = (step: LinkedLine["step"]) =>
    Array.from({ length: 25 }, () => someLine({ step, invitedApprovers, cardUrl }));
  const { blocks } = digestMessage([...many("escalation"), ...many("reminder"), ...many("revocation")]);
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
  const said = readable(blocks);
  expect(said).toMatch(
    /25 requests have waited too long.*CR-1.*and \d+ more, invited: .*25 requests wait for approvals/,
  );
  expect(said).toContain("25 more requests, too many to list here, invited: ");
});

test("an invited approver outside the digest's channel gets a list that names no subject", () => {
  const { blocks, text } = personalDigest([someLine(), someLine({ step: "escalation" })]);
  expect(text).toBe("2 requests wait for your approval");
  expect(readable(blocks)).toContain("If you can't open a card");
  expect(JSON.stringify(blocks)).not.toMatch(/nadia/i);
});

test("a digest lists roles that could not be removed, with the groups to ask", () => {
  const revoking = [someGrant({ state: "revoking", failedAttempts: 3 })];
  const told = readable(
    digestMessage([someLine({ step: "revocation", escalateTo: ["insider-risk-leads"], revoking })]).blocks,
  );
  expect(told).toContain("Temporary roles could not be removed at their end.");
  expect(told).toContain("Please check: @insider-risk-leads.");
  expect(told).toContain("CR-1 · failed attempts: 3");
});
