import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { type ListedDevice, MOST_DEVICES } from "../../../../src/change-requests/index.ts";
import { deviceList } from "../../../../src/slack/messages/device-list.ts";
import { readable } from "../block-texts.ts";

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("🧊".repeat(130)),
);
const text = fc.option(name);
const flag = fc.constantFrom(true, false, null);
const device = fc.record({
  ...{ name: text, host: text, os: text, version: text, active: flag, blocked: flag },
  lastConnected: fc.constantFrom("2026-01-01T00:00:00.000Z", null),
  alertState: fc.constantFrom(0, 1, 2, 7, null),
  issues: fc.array(name, { maxLength: 5 }),
});

const listOf = (items: readonly ListedDevice[], total = items.length, isComplete = true) =>
  deviceList({
    ...{ kind: "devices", of: "device", username: "nadia@x.example", isFiltered: false },
    ...{ items, total, isComplete },
  });

it("a list of devices with any names is one valid message, and says how many it leaves out", () => {
  fc.assert(
    fc.property(
      fc.array(device, { minLength: 1, maxLength: MOST_DEVICES, size: "max" }),
      fc.nat(300),
      (items, more) => {
        const { blocks } = listOf(items, items.length + more);
        expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
        const said = readable(blocks);
        if (more > 0) expect(said).toContain(`… and ${more} more.`);
        else expect(said).not.toContain("… and ");
      },
    ),
    { numRuns: 200 },
  );
});

const LAPTOP: ListedDevice = {
  ...{ name: "LT-1", host: "lt-1", active: true, blocked: false, os: "Windows 11", version: "11.4" },
  ...{ lastConnected: null, alertState: 2, issues: [] },
};

it("a device's name stands in quotes, so that it can't look like facts of Incydr", () => {
  const forged = "x”: active, 🚫 blocked, last connected today";
  const said = readable(listOf([{ ...LAPTOP, name: forged }]).blocks);
  expect(said).toContain(`“x": active, 🚫 blocked, last connected today”: host “lt-1”, active, “Windows 11”`);
});

it("a list that may be incomplete claims neither a total nor that there are none", () => {
  expect(readable(listOf([LAPTOP], 1, false).blocks)).toContain("At least 1 device of nadia@x.example");
  expect(readable(listOf([], 0, false).blocks)).toContain("may be incomplete. It shows no devices");
  expect(readable(listOf([], 0, true).blocks)).toContain("Incydr lists no devices of nadia@x.example.");
});
