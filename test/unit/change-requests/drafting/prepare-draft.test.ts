import { describe, expect, it } from "vitest";
import {
  type ChangeFacts,
  type Denial,
  ForbiddenError,
  FRESH,
  type Person,
  RECENT,
} from "../../../../src/authorization/index.ts";
import { createHiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import {
  type ChangeRequest,
  createPrepareDraft,
  createRememberedLists,
  type Draft,
  type DraftChoice,
  type Grant,
  NowhereToPostError,
  type OperatorRef,
  RequestNotFoundError,
} from "../../../../src/change-requests/index.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import type { Preflight } from "../../../../src/subjects/index.ts";
import {
  someChannels,
  someFacts,
  someGrant,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { someDraft } from "../../../support/draft-objects.ts";
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { incydrListing, uowOf, watchedDirectory } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();
const NADIA = someFacts();
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const CASES = { id: "cases", name: "Cases" };
const DRAFT = someDraft();
const CHOICE: DraftChoice = { who: NADIA.username, kind: "add_roles", role: null, org: null, undoes: null };

interface Setting {
  readonly draft?: Draft | null;
  /** The subject as they are now. */
  readonly facts?: Preflight;
  /** Maya's Incydr user. */
  readonly mayaIs?: string;
  /** Others whom Slack knows. */
  readonly others?: readonly Person[];
  /** Stored requests: those that are open about the subject, and those that can be named. */
  readonly open?: readonly ChangeRequest[];
  readonly named?: readonly ChangeRequest[];
  readonly unratified?: readonly number[];
  readonly temporaryGrants?: readonly Grant[];
  readonly isAllowed?: (change: ChangeFacts) => boolean;
  readonly isForbidden?: boolean;
  readonly isNowhere?: boolean;
  readonly isFrozen?: boolean;
  /** The moment of preparing; default: the system's time. */
  readonly now?: Date;
}

const NO_ENTITLEMENT = { policyIds: [], groups: [] };
const NEW_ROLE = { id: "new-role", name: "New Role" };

/** Request 3 has given two temporary roles; one of them, `NEW_ROLE`, is not in the list of roles yet. */
function extending(): Setting {
  const roles = [NEW_ROLE, ALERTS];
  const change = { kind: "add_roles", roles, grantHours: 24 } as const;
  return {
    named: [someRequest({ id: 3, state: "done", change, targets: [someTarget({ state: "verified" })] })],
    temporaryGrants: roles.map((role) => someGrant({ requestId: 3, role })),
  };
}

/** Counts upwards from `start`. */
function createTicks(start: number): () => number {
  let ticks = start;
  return () => {
    ticks += 1;
    return ticks;
  };
}

/** A draft that Maya opened, and the results of preparing it. */
function setUp(setting: Setting = {}) {
  const { facts = NADIA, mayaIs = "user-maya", open = [], named = [], others = [] } = setting;
  const { draft = DRAFT, temporaryGrants = [], isAllowed = () => true } = setting;
  const audited: { kind: string; requestId: string | null; subject: string | null; details: object }[] = [];
  const kept: object[] = [];
  const emergenciesOf: OperatorRef[] = [];
  const uow = uowOf({
    drafts: { lock: async () => draft, update: async (_id: string, patch: object) => void kept.push(patch) },
    requests: {
      get: async (id: number) => open.find((each) => each.id === id) ?? null,
      openOn: async () => open.map(({ id }) => id),
      unratifiedOf: async (person: OperatorRef) => {
        emergenciesOf.push(person);
        return setting.unratified ?? [];
      },
    },
    grants: { open: async () => temporaryGrants, temporaryBetween: async () => [] },
    audit: { append: async (entry: (typeof audited)[number]) => void audited.push(entry) },
  });
  const lenient = lenientAuthorizer([MAYA]);
  const denialOf = (action: Denial["action"]): Denial => ({
    ...{ action, policyIds: [], reasons: ["No."], whoCould: [], policyHash: LENIENT },
  });
  const authorizer: typeof lenient.authorizer = {
    ...lenient.authorizer,
    pin: async () => authorizer,
    authorize: async () => ({ ...MAYA, policyHash: LENIENT, userId: null, entitlement: NO_ENTITLEMENT }),
    authorizeChange: async (who, action, about) => {
      if (setting.isForbidden) throw new ForbiddenError(denialOf(action));
      return lenient.authorizer.authorizeChange(who, action, about);
    },
    check: (person, action, about) =>
      isAllowed(about.change)
        ? lenient.authorizer.check(person, action, about)
        : { allowed: false, denial: denialOf(action) },
  };
  const people = directoryOf(MAYA, ...others);
  const { directory, read } = watchedDirectory(people);
  const roles = [ALERTS, CASES];
  const orgs = [{ guid: "org-sales", name: "Sales" }];
  const incydr = incydrListing({ roles, orgs });
  // Each reading of the time is a millisecond after the last.
  const nowMs = createTicks(systemClock.now().getTime());
  const clock = { ...systemClock, now: () => setting.now ?? new Date(nowMs()) };
  const prepare = createPrepareDraft({
    authorizer,
    directory,
    channels: someChannels(),
    findPlace: async (place) => {
      if (setting.isNowhere) throw new NowhereToPostError("archived");
      return { place, moved: null };
    },
    incydr,
    // The ages of lists are measured by a clock of their own, which may be ahead of the other one.
    lists: createRememberedLists({ incydr, clock: { now: () => new Date(nowMs() + 3_600_000) } }),
    readSubject: async () => facts,
    identify: async () => ({ userId: mayaIs }) as User, // nothing else of it is read
    uow,
    visibleRequest: async (id) => {
      const request = named.find((each) => each.id === id);
      if (!request) throw new RequestNotFoundError(id);
      return request;
    },
    hiddenFrom: createHiddenFrom({ directory: people, operatorMap: new Map(), identify: async () => mayaIs }),
    clock,
    ratifyWithinHours: 24,
    grantHours: [8, 24],
    isFrozen: async () => setting.isFrozen ?? false,
  });
  const prepareDraft = (choice: Partial<DraftChoice> = {}, slackUserId = "U0MAYA") =>
    prepare(DRAFT.id, slackUserId, { ...CHOICE, ...choice });
  return { prepareDraft, audited, kept, read, emergenciesOf, roles, orgs, asked: lenient.asked };
}

describe("preparing the form of a change", () => {
  it("a form keeps the facts and accounts of its subject, and is audited as a look-up", async () => {
    const nadia = somePerson({ slackUserId: "U0NADIA", email: NADIA.username });
    const { prepareDraft, audited, kept } = setUp({ others: [nadia] });
    await prepareDraft();
    expect(kept).toMatchObject([
      {
        who: NADIA.username,
        kind: "add_roles",
        openerUserId: "user-maya",
        facts: NADIA,
        slackUserIds: ["U0NADIA"],
      },
    ]);
    expect(audited).toMatchObject([
      {
        kind: "subject.looked_up",
        subject: NADIA.username,
        details: { asked: NADIA.username, form: "add_roles" },
      },
    ]);
  });

  it.each([
    [true, "emergency", "emergency", FRESH, FRESH, 2],
    [false, "request", "add_roles", RECENT, { ...FRESH, everyGroup: false }, 0],
  ] as const)(
    "the groups for an emergency (%s) are fresher than for a request, and the e-mail is as fresh for both",
    async (emergency, action, form, freshness, personRead, unratifiedEmergencies) => {
      const { prepareDraft, read, asked, audited } = setUp({ unratified: [5, 6] });
      await prepareDraft({ emergency });
      expect(audited).toMatchObject([{ details: { form } }]);
      expect(read).toEqual([personRead]);
      expect(asked.actions).toEqual([{ who: "U0MAYA", action, freshness }]);
      expect(asked.changes).toMatchObject([{ unratifiedEmergencies }]);
    },
  );

  it("forms offer the remembered roles, and a role that is not among them is looked for anew before it is refused", async () => {
    const { prepareDraft, roles } = setUp();
    await prepareDraft();
    const added = { id: "new-role", name: "New Role" };
    roles.push(added);
    expect((await prepareDraft()).roleOptions).toEqual([ALERTS, CASES]);
    expect((await prepareDraft({ role: "New Role" })).chosenRoles).toEqual([added]);
    await expect(prepareDraft({ role: "No Such Role" })).rejects.toMatchObject({ code: "unknown_role" });
  });

  it("forms offer the remembered organizations, and look for another one anew before it is refused", async () => {
    const { prepareDraft, orgs, kept } = setUp();
    await prepareDraft({ kind: "move" });
    orgs.push({ guid: "org-new", name: "New" });
    await prepareDraft({ kind: "move" });
    expect(kept).toMatchObject([1, 2].map(() => ({ orgOptions: [{ guid: "org-sales" }] })));
    expect((await prepareDraft({ kind: "move", org: "New" })).chosenOrg).toMatchObject({ guid: "org-new" });
    await expect(prepareDraft({ kind: "move", org: "Other" })).rejects.toMatchObject({ code: "unknown_org" });
  });

  it("a typed role is found in the present list, though forms remember an older one", async () => {
    const { prepareDraft, roles } = setUp();
    await prepareDraft();
    roles.splice(0, 1, { id: "alert-emails", name: "Old Alerts" }, { id: "new-id", name: "Alert Emails" });
    expect((await prepareDraft({ role: "Alert Emails" })).chosenRoles).toMatchObject([{ id: "new-id" }]);
    roles.push({ id: "another-id", name: "Alert Emails" });
    await expect(prepareDraft({ role: "Alert Emails" })).rejects.toMatchObject({ code: "ambiguous_role" });
  });

  it("a typed organization is found in the present list, though forms remember an older one", async () => {
    const { prepareDraft, orgs } = setUp();
    await prepareDraft({ kind: "move" });
    orgs.push({ guid: "org-sales-2", name: "Sales" });
    await expect(prepareDraft({ kind: "move", org: "Sales" })).rejects.toMatchObject({
      code: "ambiguous_org",
    });
  });

  it("an extension preselects a temporary role that the remembered list lacks", async () => {
    const { prepareDraft, roles } = setUp(extending());
    await prepareDraft();
    roles.push(NEW_ROLE);
    expect((await prepareDraft({ who: "", extends: 3 })).chosenRoles).toHaveLength(2);
  });

  it("the emergencies under the opener's Slack account and address are counted", async () => {
    const { prepareDraft, emergenciesOf } = setUp();
    await prepareDraft({ emergency: true });
    expect(emergenciesOf).toEqual([DRAFT.opener]);
  });

  it.each<[string, Setting, string, string]>([
    ["it is gone", { draft: null }, "U0MAYA", "draft_gone"],
    ["it has expired", { draft: { ...DRAFT, expiresAt: new Date(0) } }, "U0MAYA", "draft_gone"],
    ["it expires at this moment", { now: DRAFT.expiresAt }, "U0MAYA", "draft_gone"],
    ["it is of another opener", {}, "U0THEO", "draft_of_another"],
    ["no channel can show its request", { isNowhere: true }, "U0MAYA", "nowhere_to_post"],
  ])("a form stores nothing, and is audited, if %s", async (_if, setting, who, fault) => {
    const { prepareDraft, kept, audited } = setUp(setting);
    await expect(prepareDraft({}, who)).rejects.toMatchObject({ code: fault });
    expect(kept).toEqual([]);
    expect(audited).toMatchObject([
      { kind: "attempt.rejected", actor: { slackUserId: who }, details: { fault, asked: NADIA.username } },
    ]);
  });

  it("a form that the policies forbid is audited by the authorizer alone", async () => {
    const { prepareDraft, kept, audited } = setUp({ isForbidden: true });
    await expect(prepareDraft()).rejects.toMatchObject({ code: "forbidden" });
    expect([kept, audited]).toEqual([[], []]);
  });

  it.each([
    ["undoes", { undoes: 3 }],
    ["extends", { extends: 3 }],
  ])("a form is refused if it %s a request that its opener can't see", async (_how, choice) => {
    const { prepareDraft, audited } = setUp();
    await expect(prepareDraft(choice)).rejects.toMatchObject({ code: "request_not_found" });
    expect(audited).toMatchObject([{ kind: "attempt.rejected", requestId: "CR-3" }]);
  });

  it("only the form of a deactivation asks about a legal hold that can't be read", async () => {
    const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
    expect((await setUp({ facts }).prepareDraft({ kind: "deactivate" })).asksLegalHold).toBe(true);
    expect((await setUp({ facts }).prepareDraft()).asksLegalHold).toBe(false);
    expect((await setUp().prepareDraft({ kind: "deactivate" })).asksLegalHold).toBe(false);
  });

  it("a typed length is chosen if the form offers it, and else refused with the offered ones", async () => {
    const isAllowed = ({ grantHours }: ChangeFacts) => grantHours !== null;
    const { prepareDraft } = setUp({ isAllowed });
    expect((await prepareDraft({ grantHours: 24 })).chosenLength).toBe(24);
    expect((await setUp().prepareDraft({ grantHours: null })).chosenLength).toBeNull();
    for (const wanted of [9, null]) {
      const fault = { code: "length_not_offered", data: { wanted, offered: [8, 24] } };
      await expect(prepareDraft({ grantHours: wanted })).rejects.toMatchObject(fault);
    }
  });

  it("a form offers only the lengths that the policies permit for its roles", async () => {
    const isAllowed = ({ grantHours, roleNames }: ChangeFacts) =>
      grantHours !== null && (grantHours === 8 || !roleNames.includes(ALERTS.name));
    const typed = await setUp({ isAllowed }).prepareDraft({ role: ALERTS.name });
    expect([typed.lengths, typed.chosenLength]).toEqual([[8], 8]);
    const open = await setUp({ isAllowed }).prepareDraft();
    expect([open.lengths, open.chosenLength]).toEqual([[8, 24], 8]);
    expect((await setUp().prepareDraft()).lengths).toEqual([null, 8, 24]);
  });

  it("a form is judged by a permitted length if the policies permit no role for good", async () => {
    const { prepareDraft, asked } = setUp({ isAllowed: ({ grantHours }) => grantHours === 24 });
    await prepareDraft();
    expect(asked.changes.map(({ grantHours }) => grantHours)).toEqual([24]);
  });

  it.each([true, false])("a form shows whether all changes are frozen: %s", async (isFrozen) => {
    expect((await setUp({ isFrozen }).prepareDraft()).isFrozen).toBe(isFrozen);
  });

  it("the form of a replacement is judged as if it kept every held role", async () => {
    const { prepareDraft, asked } = setUp();
    const { roleOptions } = await prepareDraft({ kind: "replace_roles" });
    expect(asked.changes.map(({ roleNames }) => roleNames)).toEqual([[]]);
    expect(roleOptions.map(({ id }) => id)).toEqual(["desktop-user", "proe-user", "alert-emails", "cases"]);
  });
});

describe("the open requests and temporary roles of the subject", () => {
  it("a form names the open requests that are not about its opener, and the policies count all", async () => {
    const about = (...facts: Preflight[]) =>
      facts.map((each, position) => someTarget({ facts: each, position, slackUserIds: [] }));
    const maya = someFacts({ userId: "user-maya", username: "m.l@old.example" });
    const open = [
      someRequest({ id: 3, targets: about(NADIA) }),
      someRequest({ id: 4, targets: about(NADIA, maya) }),
    ];
    const { prepareDraft, asked } = setUp({ open });
    expect((await prepareDraft()).othersOpen).toEqual([3]);
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([2]);
  });

  const username = MAYA.email ?? "";
  const before = "m.l@old.example";
  const second = somePerson({ slackUserId: "U0MAYA", email: before });
  it.each<[string, Setting]>([
    ["has the subject's address", { facts: someFacts({ username: username.toUpperCase() }) }],
    ["is the subject's Incydr user", { mayaIs: NADIA.userId }],
    ["has the subject's Slack account", { facts: someFacts({ username: before }), others: [second] }],
  ])("a form shows neither to an opener who %s", async (_how, setting) => {
    const facts = setting.facts ?? NADIA;
    const target = someTarget({ facts, slackUserIds: [] });
    const temporaryGrants = [someGrant({ userId: facts.userId, username: facts.username })];
    const { prepareDraft, asked } = setUp({
      ...setting,
      open: [someRequest({ id: 3, targets: [target] })],
      temporaryGrants,
    });
    for (const kind of ["add_roles", "replace_roles"] as const) {
      const prepared = await prepareDraft({ kind });
      expect([prepared.othersOpen, prepared.temporaryGrants]).toEqual([[], []]);
    }
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([0, 0]);
  });

  it("a form shows both to any other opener", async () => {
    const temporaryGrants = [someGrant()];
    const { prepareDraft } = setUp({ open: [someRequest({ id: 3 })], temporaryGrants });
    expect(await prepareDraft()).toMatchObject({ othersOpen: [3], temporaryGrants });
  });
});

describe("a form that names a request", () => {
  const targets = [someTarget({ state: "verified" })];

  it("an extension begins with the roles and the length of its request, which the audit entry names", async () => {
    const change = { kind: "add_roles", roles: [ALERTS], grantHours: 24 } as const;
    const { prepareDraft, audited, kept } = setUp({
      facts: someFacts({ roles: [...NADIA.roles, ALERTS] }),
      named: [someRequest({ id: 3, state: "done", change, targets })],
      temporaryGrants: [someGrant({ requestId: 3 })],
    });
    const prepared = await prepareDraft({ who: "", extends: 3 });
    expect(prepared).toMatchObject({ chosenRoles: [ALERTS], chosenLength: 24 });
    expect(kept).toMatchObject([{ who: NADIA.userId }]);
    expect(audited).toMatchObject([{ details: { extends: "CR-3" } }]);
  });

  it("an undo keeps the change and the subject of its request, which the audit entry names", async () => {
    const named = [someRequest({ id: 3, state: "done", targets })];
    const { prepareDraft, audited, kept } = setUp({ facts: someFacts({ active: false }), named });
    await prepareDraft({ who: "", kind: null, undoes: 3 });
    expect(kept).toMatchObject([
      { who: NADIA.userId, kind: "activate", undo: { requestId: 3, change: { kind: "activate" } } },
    ]);
    expect(audited).toMatchObject([{ details: { undoes: "CR-3", form: "activate" } }]);
  });
});
