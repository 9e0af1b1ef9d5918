import { afterAll, beforeAll, expect, test } from "vitest";
import { expectContinuedChain, type RecordedWorld, takeOver } from "../support/recorded-world.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";

// The recording was made when a bot of an earlier version was killed. At that moment writes and a removal were on their
// way, all changes were frozen, Slack took no new messages, and six people had open forms. This version continues the
// work.

let taken: RecordedWorld;
beforeAll(async () => {
  taken = await takeOver("written-by-5c5248f");
}, 60_000);
afterAll(() => taken[Symbol.asyncDispose]());

const person = (name: string) => taken.world.slack.as(name);
const toldTo = (name: string, channel = APPROVALS) =>
  person(name)
    .sees(channel)
    .filter(({ ephemeral }) => ephemeral || channel === "dm")
    .map(({ plain }) => plain);

/** The earlier version stored the sentence itself. */
const NOT_COUNTED =
  "Your approval of CR-14 doesn't count: the subject has changed since. Roles gained: Watchlist Manager.";

test("jobs of every kind that it left are done, also those that it had done, and write nothing while changes are stopped", async () => {
  const { world, recording, effectsOf, leaveJobs, states } = taken;
  expect(new Set(recording.jobs.map(({ kind }) => kind)).size).toBe(29);
  const { writes } = await effectsOf(leaveJobs);
  expect(writes).toEqual([]);
  expect(await states()).toEqual({
    expired: "expired 1 waiting",
    denied: "denied 1 waiting",
    cancelled: "cancelled 1 waiting",
    stale: "stale 1 waiting",
    verified: "done 1 verified",
    verifiedRestricted: "done 1 verified",
    refused: "done 1 refused",
    ...{ grantWarned: "done 1 verified grant active", granted: "done 1 verified grant active" },
    ...{ grantedToExtend: "done 1 verified grant active", revoked: "done 1 verified grant revoked" },
    superseded: "done 1 verified grant superseded",
    ...{ ratified: "done 1 verified ratification ratified" },
    ...{ disputed: "done 1 verified ratification disputed" },
    emergency: "done 1 verified ratification awaiting",
    emergencyToDispute: "done 1 verified ratification awaiting",
    ...{ bulkDone: "done 2 verified", bulkResumed: "done 2 verified" },
    bulkMixed: "done 1 already, 1 refused, 1 stale, 2 verified",
    bulkStopped: "done 6 skipped, 6 verified",
    bulkPaused: "executing paused 6 verified, 6 waiting",
    bulkPausedToStop: "executing paused 6 verified, 6 waiting",
    ...{ bulkPending: "pending 3 waiting", bulkPendingRoles: "pending 2 waiting" },
    ...{ pending: "pending 1 waiting", renewed: "pending 1 waiting", givenUp: "pending 1 waiting" },
    ...{ pendingToDeny: "pending 1 waiting", pendingDenyOpen: "pending 1 waiting" },
    ...{ pendingToCancel: "pending 1 waiting", pendingHalf: "pending 1 waiting" },
    ...{ pendingRestricted: "pending 1 waiting", pendingInChannel: "pending 1 waiting" },
    approvedFrozen: "approved 1 waiting",
    // A job that had failed twice is done.
    failing: "approved 1 waiting",
    // Incydr is read again, and shows the writes that were on their way.
    ...{ executing: "done 1 verified", executingRoles: "done 1 verified", unknown: "done 1 verified" },
    revoking: "done 1 verified grant revoked",
    revokingFailing: "done 1 verified grant revoking",
  });
  const { rows: failed } = await world.db.query("select request_id::int as id, faults from job_failures");
  expect(failed).toEqual([{ id: taken.idOf("givenUp"), faults: 20 }]);
}, 60_000);

test("its last audit entries, an announcement and a message to a person, which it had not sent, are sent", () => {
  const told = person("theo").transcript("insider-risk-audit");
  const last = taken.recording.tables.audit_entries?.length ?? 0;
  for (const seq of [last - 2, last - 1, last]) expect(told).toContain(`#${seq} `);
  const announced = person("maya").transcript(APPROVALS);
  expect(announced).toContain(`CR-${taken.idOf("approvedFrozen")} approved by @Theo Okafor: deactivate `);
  expect(toldTo("theo")).toContain(NOT_COUNTED);
});

test("an unfreeze lets all changes go on that were stopped", async () => {
  const theo = person("theo");
  const effects = await taken.effectsOf(() =>
    answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS })),
  );
  expect(effects).toEqual({
    states: {
      failing: "done 1 verified",
      approvedFrozen: "done 1 verified",
      revokingFailing: "done 1 verified grant revoked",
    },
    writes: ["deactivate approvedFrozen", "deactivate failing", "set_roles revokingFailing"],
  });
}, 60_000);

test("the forms that six people had open do what they say", async () => {
  const acks: string[] = [];
  const { states } = await taken.effectsOf(async () => void acks.push(...(await taken.submitRecorded())));
  const { "CR-41": first, "CR-42": second, ...others } = states;
  expect([first, second].sort()).toEqual(["pending 1 waiting", "pending 2 waiting"]);
  expect(others).toEqual({
    emergencyToDispute: "done 1 verified ratification disputed",
    pendingDenyOpen: "denied 1 waiting",
  });
  expect(acks.slice(0, 4)).toEqual(["", "", "", ""]);
  expect(acks[4]).toContain("Reading these users in Incydr…");
  expect(acks[5]).toMatch(/Looking up [a-z.]+@harborlight\.example in Incydr…/);
  expect(toldTo("lena", "dm").at(-1)).toContain("Preview (nothing changed yet)");
}, 60_000);

test("every button of its cards does what it says", async () => {
  const { click, effectsOf, submitForm } = taken;
  const effects = await effectsOf(async () => {
    const approved = [
      "pending",
      "renewed",
      "bulkPending",
      "givenUp",
      "pendingInChannel",
      "pendingRestricted",
    ];
    await Promise.all([
      ...approved.map((name) => click("theo", "approve", name)),
      click("priya", "approve", "pendingHalf"),
      click("theo", "ratify", "emergency"),
      click("theo", "revoke_now", "granted"),
      click("theo", "bulk_list", "bulkDone"),
      click("maya", "cancel", "pendingToCancel"),
      click("maya", "renew", "stale"),
      click("maya", "bulk_resume", "bulkPaused"),
      click("maya", "bulk_stop", "bulkPausedToStop"),
    ]);
    await untilQuiet(taken.world);
    await click("lena", "deny", "pendingToDeny");
    await submitForm("lena", { Reason: "Not needed" });
    await click("noor", "undo", "verified");
    await submitForm("noor", { Reason: "It was a mistake" });
    await click("maya", "extend", "grantedToExtend");
    await submitForm("maya", { Reason: "Not done yet" });
    const warning = await taken.postedAs(`announce:${taken.idOf("grantWarned")}:grants_end_soon`, "jonas");
    await person("jonas").click("extend", { message: warning, stale: true });
    await person("jonas").waitForModal(({ submit }) => Boolean(submit));
    await person("jonas").close({ all: true });
  });
  expect(effects).toEqual({
    states: {
      ...{ pending: "done 1 verified", renewed: "done 1 verified", givenUp: "done 1 verified" },
      ...{ pendingInChannel: "done 1 verified", pendingRestricted: "done 1 verified" },
      ...{ pendingHalf: "done 1 verified", bulkPending: "done 3 verified" },
      emergency: "done 1 verified ratification ratified",
      granted: "done 1 verified grant revoked",
      ...{ pendingToCancel: "cancelled 1 waiting", stale: "pending 1 waiting" },
      ...{ bulkPaused: "done 12 verified", bulkPausedToStop: "done 6 skipped, 6 verified" },
      pendingToDeny: "denied 1 waiting",
      ...{ "CR-43": "pending 1 waiting", "CR-44": "pending 1 waiting" },
    },
    writes: [
      ...Array<string>(6).fill("deactivate bulkPaused"),
      ...Array<string>(3).fill("deactivate bulkPending"),
      ...["deactivate givenUp", "deactivate pending", "deactivate renewed"],
      ...["set_roles granted", "set_roles pendingHalf", "set_roles pendingInChannel"],
      "set_roles pendingRestricted",
    ],
  });
  expect(person("theo").sees("dm").at(-1)?.files[0]?.name).toBe("CR-18-outcomes.csv");
}, 120_000);

test("the buttons of cards that are out of date say so, and change nothing", async () => {
  const { idOf, click, effectsOf } = taken;
  const earlier = { theo: toldTo("theo").length, maya: toldTo("maya").length };
  const over = ["pending", "renewed", "bulkPending", "pendingHalf", "givenUp", "failing"];
  const denied = ["pendingToDeny", "pendingDenyOpen"];
  const effects = await effectsOf(() =>
    Promise.all([
      ...[...over, ...denied, "pendingToCancel"].flatMap((name) => [
        click("theo", "approve", name),
        click("theo", "deny", name),
        click("maya", "cancel", name),
      ]),
      ...["emergency", "emergencyToDispute"].flatMap((name) => [
        click("theo", "ratify", name),
        click("theo", "dispute", name),
      ]),
      click("theo", "revoke_now", "granted"),
      click("maya", "renew", "stale"),
      click("maya", "cancel", "approvedFrozen"),
      ...["bulkPaused", "bulkPausedToStop"].flatMap((name) => [
        click("maya", "bulk_resume", name),
        click("maya", "bulk_stop", name),
      ]),
    ]),
  );
  expect(effects).toEqual({ states: {}, writes: [] });
  const answers = [...toldTo("theo").slice(earlier.theo), ...toldTo("maya").slice(earlier.maya)];
  const by = (name: string) => (name === "pendingHalf" ? "@Priya Raman" : "@Theo Okafor");
  const expected = [
    ...[...over, "approvedFrozen"].map((name) => [
      name,
      `CR is already finished… Last decision by ${by(name)}.`,
    ]),
    ["pendingToDeny", "CR is already denied… Last decision by @Lena Fischer."],
    ["pendingDenyOpen", "CR is already denied… Last decision by @Theo Okafor."],
    ["pendingToCancel", "CR is already cancelled…"],
    ["stale", "CR is still pending…"],
    ["emergency", "CR is already ratified… Decided by @Theo Okafor."],
    ["emergencyToDispute", "CR is already disputed… Decided by @Priya Raman."],
    ["granted", "CR has no temporary role left…"],
    ...["bulkPaused", "bulkPausedToStop"].flatMap((name) => [
      [name, "You can't resume CR now…"],
      [name, "You can't stop CR now…"],
    ]),
  ].map(([name = "", says = ""]) =>
    says.replace("CR", `CR-${idOf(name)}`).replace("…", ". Your click changed nothing."),
  );
  expect([...new Set(answers)].sort()).toEqual(expected.sort());
}, 60_000);

test("its audit log and the entries of this version are one intact chain", async () => {
  await expectContinuedChain(taken);
});
