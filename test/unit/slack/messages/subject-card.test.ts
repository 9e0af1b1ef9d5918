import { expect, it } from "vitest";
import { checkBlocks } from "../../../../sandbox/slack/blocks/validate-blocks.ts";
import { subjectCard } from "../../../../src/slack/messages/subject-card.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { readable } from "../block-texts.ts";

const look = (patch: Parameters<typeof someFacts>[0], userLinkTemplate: string | null = null) =>
  subjectCard(someFacts(patch), { grants: [], userLinkTemplate, isFrozen: false });
const said = (patch: Parameters<typeof someFacts>[0]) => readable(look(patch).blocks);

it("a look-up offers to deactivate an active user, and to activate an inactive one", () => {
  expect(said({})).toContain("Deactivate…");
  expect(said({ active: false })).toContain("Activate…");
});

it("a look-up tells facts that could not be read from facts that were not checked", () => {
  const unknown = { fact: "unknown", names: [] } as const;
  expect(said({ legalHold: unknown })).toContain("Legal hold unknown (could not be read)");
  expect(said({ watchlists: { ...unknown, notAsked: true } })).toContain("Watchlists unknown (not checked)");
});

it("the serious warnings of a look-up stand before the facts, and the others behind them", () => {
  const legalHold = { fact: "yes", names: ["Matter 7"] } as const;
  const text = said({ legalHold, protected: true, active: false });
  const at = (part: string) => text.indexOf(part);
  expect(at("Under legal hold: Matter 7.")).toBeGreaterThan(-1);
  expect(at("Protected user")).toBeGreaterThan(-1);
  expect(Math.max(at("Under legal hold"), at("Protected user"))).toBeLessThan(at("Username "));
  expect(at("The account is inactive.")).toBeGreaterThan(at("Username "));
});

it("the link of a look-up to Incydr has the user's id encoded", () => {
  const link = look({ userId: "a/b" }, "https://x.example/{userId}");
  expect(JSON.stringify(link)).toContain("https://x.example/a%2Fb");
});

it("a look-up with hundreds of roles and temporary roles fits into one message, and says that there are more", () => {
  const roles = Array.from({ length: 500 }, (_, index) => ({
    id: `r${index}`,
    name: `“${"x".repeat(90)} ${index}`,
  }));
  const grants = roles.map((role, index) => ({
    ...{ requestId: index + 1, username: "nadia@x.example", state: "active" as const },
    ...{ role, endsAt: new Date(0) },
  }));
  const { blocks } = subjectCard(someFacts({ roles }), { grants, userLinkTemplate: null, isFrozen: true });
  expect(checkBlocks(blocks, { surface: "message" })).toMatchObject({ ok: true });
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_200);
  expect(readable(blocks)).toContain("There are more temporary roles.");
  expect(readable(blocks)).toMatch(/and 480 more/);
});
