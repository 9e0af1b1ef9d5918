import { describe, expect, test } from "vitest";
import { auditEntries, untilNoticed } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import {
  answerTo,
  answerToClick,
  answerToCommand,
  expectNoEffect,
  refusedClick,
} from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";
import type { World } from "../support/world.ts";

const NADIA = emailOf("nadia.petrov");
const LEADS = "insider-risk-leads";

/** Waits until the audit log has this number of changes of groups; resolves to their details. */
async function groupChanges(world: World, count: number): Promise<unknown[]> {
  const told = async () =>
    (await auditEntries(world)).flatMap(({ kind, details }) => (kind === "group.changed" ? [details] : []));
  await expect.poll(async () => (await told()).length, { interval: 10 }).toBe(count);
  return told();
}

describe("the user groups that the policies name", () => {
  const { clock, advance } = createOffsetClock();
  const world = useWorld({ clock });

  test("a person who joins or leaves such a group is audited, unlike in other groups", async () => {
    const { slack } = world();
    await slack.admin.createGroup("chess-club", ["sam"]);
    await slack.admin.addToGroup("chess-club", "nadia");
    await slack.admin.addToGroup(LEADS, "noor");
    await groupChanges(world(), 1);
    await slack.admin.removeFromGroup(LEADS, "noor");
    expect(await groupChanges(world(), 2)).toEqual([
      { group: LEADS, what: "members", added: ["U0NOOR"], removed: [] },
      { group: LEADS, what: "members", added: [], removed: ["U0NOOR"] },
    ]);
    await slack.as("theo").waitForMessage("insider-risk-audit", /group\.changed · the bot.*added: U0NOOR/);
  });

  test("a member who left such a group without an event is refused at the click", async () => {
    const { slack } = world();
    const { card } = await makeRequest(world(), { command: `/incydr roles ${NADIA} add Alert Emails` });
    slack.workspace.group(LEADS).userIds.delete("U0LENA");
    await advance(30_001);
    const audited = [
      { kind: "group.changed", by: null, details: { group: LEADS, removed: ["U0LENA"] } },
      { kind: "attempt.forbidden", by: "U0LENA", details: { action: "approve" } },
    ];
    const { plain } = await refusedClick(world(), "Approve", card, { by: "lena", audited });
    expect(plain).toContain("You don't have permission to approve requests. Ask @insider-risk-leads.");
  });

  test("a member who left such a group while they filled in an emergency's form is refused", async () => {
    const { slack } = world();
    const jonas = slack.as("jonas");
    await jonas.command(`/incydr emergency ${emailOf("sam.ortega")}`, { in: APPROVALS });
    await jonas.waitForModal(({ submit }) => submit === "Deactivate now");
    await jonas.fill({ Reason: "Data is leaving now" });
    slack.workspace.group("incident-responders").userIds.delete("U0JONAS");
    await advance(30_001);
    const audited = [
      { kind: "group.changed", by: null, details: { group: "incident-responders", removed: ["U0JONAS"] } },
      { kind: "attempt.forbidden", by: "U0JONAS", details: { action: "emergency" } },
    ];
    await expectNoEffect(world(), { by: "jonas", audited }, () => jonas.submit());
    await untilNoticed(world(), () => slack.admin.addToGroup("incident-responders", "jonas"));
  });

  test.for(["renamed", "disabled"] as const)(
    "approvals are refused while such a group is %s, and look-ups go on",
    async (how) => {
      const { slack } = world();
      const theo = slack.as("theo");
      const { id, card } = await makeRequest(world(), {
        command: `/incydr roles ${NADIA} add Watchlist Manager`,
      });
      const before = (await auditEntries(world())).filter(({ kind }) => kind === "group.changed").length;
      await (how === "renamed"
        ? slack.admin.renameGroup("incident-responders", "responders")
        : slack.admin.disableGroup("incident-responders"));
      const changes = await groupChanges(world(), before + 1);
      expect(changes.at(-1)).toMatchObject({
        group: "incident-responders",
        what: "gone",
        removed: ["U0JONAS"],
      });
      const audited = [
        { kind: "attempt.forbidden", by: "U0THEO", request: `CR-${id}`, details: { action: "approve" } },
        { kind: "subject.looked_up", by: "U0THEO" },
      ];
      await expectNoEffect(world(), { by: "theo", audited }, async () => {
        const { plain } = await answerToClick(theo, "Approve", card);
        expect(plain).toContain(
          "The policies name @incident-responders, but Slack no longer has an active group with this name: it was renamed, disabled or deleted. Nothing was done.",
        );
        expect((await answerToCommand(theo, `/incydr user ${NADIA}`)).plain).toContain("Nadia Petrov");
      });
      const group = slack.workspace.group("S0RESPOND");
      group.dateDelete = 0;
      await slack.admin.renameGroup("S0RESPOND", "incident-responders");
      expect((await groupChanges(world(), before + 2)).at(-1)).toMatchObject({
        group: "incident-responders",
        what: "replaced",
        added: ["U0JONAS"],
      });
      await deny(theo, card);
      await waitForCard(world(), { id, shows: "Denied." });
    },
  );
});

describe("groups that the configuration lists", () => {
  const world = useWorld({
    env: { GROUP_MEMBERS: `insider-risk-analysts=U0MAYA,${LEADS}=U0SAM, incident-responders=U0JONAS` },
  });

  test("GROUP_MEMBERS decides in the place of Slack's user groups", async () => {
    const { slack } = world();
    await slack.admin.addToChannel(APPROVALS, "sam");
    const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
    const theo = slack.as("theo");
    const { plain } = await answerToClick(theo, "Approve", card);
    expect(plain).toContain("You don't have permission to approve requests.");
    await approveAndWait(world(), { id, card }, { by: "sam" });
    expect(slack.apiCalls.filter(({ method }) => method.startsWith("usergroups."))).toEqual([]);
  });
});

describe("a workspace in which the user groups can't be read", () => {
  const { clock, advance } = createOffsetClock();
  const world = useWorld({ clock });

  test.for([
    [
      "the workspace's plan has none",
      ({ admin }: World["slack"]) => admin.setPlan("free"),
      ({ admin }: World["slack"]) => admin.setPlan("paid"),
      "in GROUP_MEMBERS",
    ],
    [
      "the scope is withdrawn",
      ({ admin }: World["slack"]) => admin.withdrawScope("usergroups:read"),
      ({ admin }: World["slack"]) => admin.grantScope("usergroups:read"),
      "The bot lacks the Slack scope usergroups:read.",
    ],
  ] as const)(
    "each answer tells what to set, and not to try again in a moment, if %s",
    async ([_why, breakIt, mendIt, part]) => {
      const { slack } = world();
      const { id, card } = await makeRequest(world(), { command: `/incydr deactivate ${NADIA}` });
      breakIt(slack);
      await advance(600_001);
      const told: string[] = [];
      const [maya, theo] = [slack.as("maya"), slack.as("theo")];
      const type = async (person: typeof maya, command: string) => {
        const run = () => person.command(command, { in: APPROVALS });
        told.push((await answerTo(person, APPROVALS, run)).plain);
      };
      for (const command of [`user ${NADIA}`, "roles", "grants", `can me deactivate ${NADIA}`])
        await type(maya, `/incydr ${command}`);
      for (const command of ["freeze", "unfreeze"]) await type(theo, `/incydr ${command}`);
      for (const button of ["Approve", "Deny"]) told.push((await answerToClick(theo, button, card)).plain);
      for (const command of [`deactivate ${NADIA}`, `undo CR-${id}`, "bulk deactivate"])
        await type(maya, `/incydr ${command}`);
      for (const text of told) {
        expect(text).toContain(part);
        expect(text).not.toContain("moment");
      }
      mendIt(slack);
      await advance(600_001);
      await deny(theo, card);
      await waitForCard(world(), { id, shows: "Denied." });
    },
  );
});
