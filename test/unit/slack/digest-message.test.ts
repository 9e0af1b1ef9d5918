import { expect, test } from "vitest";
import { digestMessage, type LinkedLine } from "../../../src/slack/messages/digest-message.ts";
import { someRequest } from "../../support/domain-objects.ts";
import { readable } from "./block-texts.ts";

function someLine(patch: Partial<LinkedLine> = {}): LinkedLine {
  return {
    request: someRequest(),
    step: "reminder",
    escalateTo: [],
    approvalsMissing: 1,
    revoking: [],
    cardUrl: null,
    ...patch,
  };
}

test("a digest says who is asked as plain text, which alerts nobody", () => {
  const { blocks, text } = digestMessage([
    someLine(),
    someLine({ step: "escalation", escalateTo: ["insider-risk-leads", "channel"] }),
  ]);
  expect(readable(blocks)).toContain("Asked to decide now: @insider-risk-leads, @channel.");
  const types = [...JSON.stringify(blocks).matchAll(/"type":"(usergroup|broadcast)"/g)];
  expect(types).toEqual([]);
  expect(text).toBe("1 request waits for too long");
});

test("a digest names no subject", () => {
  expect(JSON.stringify(digestMessage([someLine(), someLine({ step: "escalation" })]))).not.toMatch(/nadia/i);
});

test("a digest lists twenty requests and says how many more wait", () => {
  const said = readable(digestMessage(Array.from({ length: 23 }, () => someLine())).blocks);
  expect(said.match(/CR-1/g)).toHaveLength(20);
  expect(said).toContain("23 requests wait for approvals.");
  expect(said).toContain("and 3 more");
});
