import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql } from "kysely";
import { AppError } from "../../../src/kernel/errors.ts";
import { SimulatedCrash } from "./crash-injector.ts";
import { type ModelFault, ROLE_IDS } from "./model-incydr.ts";
import { type ModelWorld, PEOPLE, SUBJECTS } from "./model-world.ts";

const PLACE = { channelId: "C0APPROVE", threadTs: null };
const KINDS = ["deactivate", "activate", "add_roles", "remove_roles"] as const;
const FAULTS: readonly ModelFault[] = ["answer_lost", "request_lost", "not_sent", "refused", "reads_down"];

/** One step of a run. An index chooses one of the items that exist at this step. */
export type Step =
  | {
      readonly does: "ask";
      readonly by: number;
      readonly about: number;
      readonly kind: number;
      readonly role: number;
      /** For how long a role is added; `null`: permanently. */
      readonly grantHours: number | null;
    }
  | {
      readonly does: "decide";
      readonly on: number;
      readonly by: number;
      readonly denies: boolean;
      readonly stale: boolean;
    }
  | { readonly does: "cancel" | "renew" | "revoke"; readonly on: number; readonly by: number }
  | {
      readonly does: "work";
      readonly most: number;
      readonly choice: number;
      readonly crashAfter: number | null;
      readonly twice: boolean;
    }
  | { readonly does: "edit"; readonly about: number; readonly role: number | null }
  | { readonly does: "fault"; readonly kind: number }
  | { readonly does: "freeze"; readonly on: boolean }
  | { readonly does: "pass"; readonly seconds: number };

const index = fc.nat({ max: 11 });
const mostlyFalse = fc.nat({ max: 7 }).map((drawn) => drawn === 7);
/** Positions in `PEOPLE`, mostly of people who may act. The last four are no employees. */
const analyst = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 1, 2) }, { weight: 1, arbitrary: index });
const lead = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(2, 3, 4) },
  { weight: 1, arbitrary: index },
  { weight: 1, arbitrary: fc.constantFrom(6, 7, 8, 9) },
);

const asking = fc.record({
  does: fc.constant("ask" as const),
  by: analyst,
  about: index,
  kind: index,
  role: index,
  grantHours: fc.option(fc.constantFrom(1, 8), { freq: 2 }),
});
const deciding = fc.record({
  does: fc.constant("decide" as const),
  on: index,
  by: lead,
  denies: mostlyFalse,
  stale: mostlyFalse,
});
const working = fc.record({
  does: fc.constant("work" as const),
  most: fc.integer({ min: 1, max: 6 }),
  choice: index,
  crashAfter: fc.option(fc.nat({ max: 24 }), { freq: 2 }),
  twice: mostlyFalse,
});
const freezing = fc.record({ does: fc.constant("freeze" as const), on: fc.boolean() });
const revoking = fc.record({ does: fc.constant("revoke" as const), on: index, by: lead });

/** Any step. Requests, decisions and job runs are the most frequent. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: asking },
  { weight: 6, arbitrary: deciding },
  { weight: 8, arbitrary: working },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom("cancel" as const, "renew" as const),
      on: index,
      by: analyst,
    }),
  },
  { weight: 1, arbitrary: revoking },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("edit" as const), about: index, role: fc.option(index) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("fault" as const), kind: index }) },
  { weight: 1, arbitrary: freezing },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 30, 4_000, 90_000),
    }),
  },
);

/** Steps in which a role is given for an hour and then mostly removed again, with any other steps in between. */
const lending: fc.Arbitrary<Step[]> = fc
  .tuple(fc.tuple(asking, deciding, working), fc.array(anyStep, { maxLength: 3 }), revoking, working)
  .map(([[ask, decide, work], others, revoke, workAgain]) => [
    { ...ask, by: 0, about: ask.about % 2, kind: KINDS.indexOf("add_roles"), grantHours: 1 },
    { ...decide, on: 0, by: 3, denies: false, stale: false },
    { ...work, most: 6, choice: 0 },
    ...others,
    revoke.on % 2 === 0 ? { ...revoke, on: 0 } : { does: "pass", seconds: 4_000 },
    { ...workAgain, most: 6 },
  ]);
const afterwards = fc.array(fc.oneof(anyStep, working, freezing), { maxLength: 6 });

/** A run: a request, a decision, and then any steps. */
export const anySteps: fc.Arbitrary<Step[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(asking, deciding, fc.array(anyStep, { minLength: 2, maxLength: 12 }))
      .map(([first, second, others]) => [first, second, ...others]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(lending, afterwards).map(([first, others]) => [...first, ...others]),
  },
);

/** A request that was made, and its requester. */
export interface Made {
  readonly id: number;
  readonly requester: string;
}

/** Does one step, which the domain may refuse. Adds the made requests to `made`. */
export async function take(world: ModelWorld, step: Step, made: Made[]): Promise<void> {
  try {
    await takeOrThrow(world, step, made);
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof SimulatedCrash)) throw error;
  }
}

async function takeOrThrow(world: ModelWorld, step: Step, made: Made[]): Promise<void> {
  const at = <T>(list: readonly T[], position: number): T | undefined =>
    list[position % Math.max(list.length, 1)];
  switch (step.does) {
    case "ask": {
      const requester = at(PEOPLE, step.by)?.slackUserId ?? "";
      const id = await ask(
        world,
        requester,
        at(SUBJECTS, step.about) ?? "",
        at(KINDS, step.kind) ?? "deactivate",
        step,
      );
      made.push({ id, requester });
      return;
    }
    case "decide": {
      const requestId = at(made, step.on)?.id;
      if (requestId === undefined) return;
      const { rows } = await sql<{ hash: string }>`select snapshot_hash as hash from change_requests
        where id = ${requestId}`.execute(world.db);
      const click = {
        ...{
          clickId: randomUUID(),
          requestId,
          place: PLACE,
          slackUserId: at(PEOPLE, step.by)?.slackUserId ?? "",
        },
        ...(step.denies
          ? ({ verdict: "denial", reason: "No" } as const)
          : ({ verdict: "approval", reason: null } as const)),
        shownSnapshot: step.stale ? "0".repeat(16) : (rows[0]?.hash.slice(0, 16) ?? ""),
      };
      return world.enqueue({ kind: "decide", click });
    }
    case "cancel":
    case "renew":
    case "revoke": {
      const requestId = at(made, step.on)?.id;
      if (requestId === undefined) return;
      const slackUserId = at(PEOPLE, step.by)?.slackUserId ?? "";
      return world.enqueue({
        kind: step.does === "revoke" ? "revoke_grants" : step.does,
        click: { clickId: randomUUID(), requestId, slackUserId, place: PLACE },
      });
    }
    case "work":
      await world.work(step);
      return;
    case "edit": {
      const user = world.tenant.users.find(({ username }) => username === at(SUBJECTS, step.about));
      if (!user) return;
      const role = step.role === null ? undefined : at(ROLE_IDS, step.role);
      if (role === undefined) user.active = !user.active;
      else
        user.roleIds = user.roleIds.includes(role)
          ? user.roleIds.filter((id) => id !== role)
          : [...user.roleIds, role].sort();
      return;
    }
    case "fault":
      return world.tenant.addFault(at(FAULTS, step.kind) ?? "answer_lost");
    case "freeze": {
      const { freezeSwitch } = world.domain();
      const attemptId = randomUUID();
      await (step.on
        ? freezeSwitch.freeze("U0THEO", null, attemptId)
        : freezeSwitch.unfreeze("U0THEO", attemptId));
      return;
    }
    case "pass":
      return world.pass(step.seconds * 1_000);
  }
}

async function ask(
  world: ModelWorld,
  requester: string,
  who: string,
  kind: (typeof KINDS)[number],
  { role, grantHours }: { readonly role: number; readonly grantHours: number | null },
): Promise<number> {
  const { startDraft, prepareDraft, submitDraft } = world.domain();
  const draft = await startDraft({ slackUserId: requester, place: PLACE, who, kind });
  const prepared = await prepareDraft(draft.id, requester, {
    who,
    kind,
    role: null,
    org: null,
    undoes: null,
  });
  const roleId = prepared.roleOptions[role % Math.max(prepared.roleOptions.length, 1)]?.id;
  return submitDraft(draft.id, requester, {
    ...{
      reason: "Asked by the model",
      ticket: "",
      peopleAsked: [],
      orgGuid: null,
      grantHours: kind === "add_roles" ? grantHours : null,
      legalHoldConfirmed: true,
    },
    roleIds: roleId === undefined ? [] : [roleId],
  });
}

/** Ends the run: ends the faults and the freeze, and moves the clock until every job is done. */
export async function bringToEnd(world: ModelWorld, steps: readonly Step[]): Promise<void> {
  world.tenant.clearFaults();
  if (steps.some((step) => step.does === "freeze" && step.on))
    await take(world, { does: "freeze", on: false }, []);
  for (let round = 0; round < 200; round += 1) {
    if ((await world.work({ most: 50, choice: 0 })) > 0) continue;
    const next = world.nextDue();
    if (!next) return;
    // A job in the far future is an expiry, or the end of a temporary role.
    const isFarOff = next.getTime() - world.now().getTime() > 3_600_000;
    if (isFarOff && (await openGrants(world)) === 0) return;
    world.pass(Math.max(next.getTime() - world.now().getTime(), 0) + 1);
  }
  throw new Error("It never came to its end.");
}

async function openGrants({ db }: ModelWorld): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from grants
    where state in ('active', 'revoking')`.execute(db);
  return rows[0]?.count ?? 0;
}
