import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import type { ListedOrgs, ShownOrg } from "../../../../src/change-requests/index.ts";
import { ACTION_IDS } from "../../../../src/slack/ids/registrations.ts";
import { parseCommand } from "../../../../src/slack/listeners/commands/parse-command.ts";
import { orgListMessage, orgMessage } from "../../../../src/slack/messages/org-messages.ts";
import { LONGEST_FILTER_TEXT, ORGS_ON_A_PAGE } from "../../../../src/subjects/index.ts";
import { readable } from "../block-texts.ts";

/** Characters of a message's blocks as JSON, of which Slack refuses more. */
const LONGEST_BLOCKS = 13_200;

const AGE = { readOrgs: 7, isEveryOrgRead: true, oldestAgeMs: 0 };
const SALES: ShownOrg = {
  ...{ id: "org-2", name: "Sales", active: true, userCount: 24 },
  parent: { id: "org-1", name: "Harborlight" },
};

function listOf(list: Partial<ListedOrgs>, age: Partial<ListedOrgs["age"]> = {}): ListedOrgs {
  return { text: null, orgs: [], total: 0, offset: 0, ...list, age: { ...AGE, ...age } };
}
const said = (list: ListedOrgs) => readable(orgListMessage(list, { isFrozen: false }).blocks);

const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constant("x".repeat(300)),
  fc.constant('"\\'.repeat(150)),
  fc.constant(`\u202E${"ש".repeat(255)}`),
  fc.constant("a\nOrganization Sales"),
);
const org = fc.record({
  orgGuid: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
  orgName: name,
  parentOrgGuid: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/)),
  parentName: fc.option(name),
  active: fc.constantFrom(true, false, null),
  userCount: fc.option(fc.nat()),
});

it("a list of up to 500 organizations with any names has each once, on valid pages that follow each other", () => {
  const orgs = fc.uniqueArray(org, { size: "max", maxLength: 500, selector: ({ orgGuid }) => orgGuid });
  // A text as the command has read it.
  const texts = fc.option(fc.string({ unit: "binary", maxLength: LONGEST_FILTER_TEXT })).map((typed) => {
    const read = parseCommand(`orgs ${typed ?? ""}`);
    return read.name === "orgs" && "text" in read.args ? (read.args.text as string | null) : null;
  });
  fc.assert(
    fc.property(orgs, texts, (all, text) => {
      const seen: string[] = [];
      for (let offset: number | null = 0; offset !== null; ) {
        const page = all.slice(offset, offset + ORGS_ON_A_PAGE);
        const { blocks } = orgListMessage(listOf({ orgs: page, total: all.length, offset, text }), {
          isFrozen: true,
        });
        expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
        for (const block of blocks) {
          if (block.type !== "section") continue;
          seen.push(block.block_id?.replace(/^org:/, "") ?? "");
          expect(block.text?.text.split("\n")).toHaveLength(2);
          const { value } = block.accessory as { value: string }; // each section of the list has a button
          expect(parseCommand(value)).toEqual({ name: "org", args: { named: seen.at(-1) } });
        }
        offset = nextOffset(blocks, text);
      }
      expect(seen).toEqual(all.map(({ orgGuid }) => orgGuid));
    }),
    { numRuns: 20 },
  );
});

/** The offset of the page that the button Next opens; `null` without the button. */
function nextOffset(blocks: readonly { readonly type: string }[], text: string | null): number | null {
  const buttons = blocks.flatMap((block) =>
    block.type === "actions"
      ? (block as unknown as { elements: { action_id: string; value: string }[] }).elements
      : [],
  );
  const next = buttons.find(({ action_id }) => action_id === ACTION_IDS.runNext);
  if (!next) return null;
  const { name, args } = parseCommand(next.value) as { name: string; args: { text: string; page: number } }; // of `orgs`
  expect({ name, text: args.text }).toEqual({ name: "orgs", text });
  return (args.page - 1) * ORGS_ON_A_PAGE;
}

describe("a list without organizations", () => {
  it("says that there is none only after a complete reading", () => {
    expect(said(listOf({ text: "sale" }))).toContain("No organization in the directory matches.");
    expect(said(listOf({}))).toContain("The directory has no organizations.");
    for (const age of [{ isEveryOrgRead: false }, { isEveryOrgRead: false, readOrgs: 0 }]) {
      expect(said(listOf({}, age))).not.toMatch(/No organization|no organizations/);
      expect(said(listOf({}, age))).toMatch(/There may be more|has not read any organizations/);
    }
  });
});

it("an organization that Incydr says nothing of is shown as unknown, and not as inactive or empty", () => {
  const text = readable(
    orgMessage({ org: { ...SALES, active: null, userCount: null, parent: null } }, { isFrozen: false })
      .blocks,
  );
  expect(text).toContain("Status unknown");
  expect(text).toContain("Users unknown");
  expect(text).toContain("Parent Incydr names none");
});

/** The filter by organization in the button that lists the users of an organization; `null` without the button. */
function usersFilter(shown: ShownOrg): string | null {
  const { blocks } = orgMessage({ org: shown }, { isFrozen: false });
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  const [{ value } = { value: "" }] = blocks.flatMap((block) =>
    block.type === "actions" ? (block.elements as { value: string }[]) : [],
  );
  const parsed = parseCommand(value);
  if (parsed.name !== "users") return null;
  const { text, ...filter } = (parsed.args as { filter: { text: string | null; org: string } }).filter; // the command's
  expect(text).toBeNull();
  return filter.org;
}

it("the button for the users of an organization filters by its id, or else by exactly its name", () => {
  // Another organization may have the same name.
  expect(usersFilter(SALES)).toBe("org-2");
  const withoutId = { ...SALES, id: "a b", parent: null };
  expect(usersFilter(withoutId)).toBe("Sales");
  expect(usersFilter({ ...withoutId, name: "R&D --active" })).toBe("R&D --active");
  for (const unclear of ["Sales “B”", "x".repeat(101), "'Sales"])
    expect(usersFilter({ ...withoutId, name: unclear })).toBeNull();
  fc.assert(
    fc.property(name, (orgName) => {
      expect([orgName, null]).toContain(usersFilter({ ...withoutId, name: orgName }));
    }),
  );
});

it("organizations that a text may mean are buttons, told apart by their ids", () => {
  const choices = ["org-2", "org-3"].map((id) => ({ id, name: "Sales" }));
  const { blocks } = orgMessage(
    { org: null, why: "ambiguous", asked: "sales", choices },
    { isFrozen: false },
  );
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(readable(blocks)).toContain("Several organizations are called “sales”. Choose one:");
  for (const { id } of choices) expect(readable(blocks)).toContain(`Sales\n${id}`);
});
