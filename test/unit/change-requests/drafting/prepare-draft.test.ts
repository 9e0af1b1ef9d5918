import { describe, expect, it } from "vitest";
import {
  type ChangeFacts,
  ForbiddenError,
  FRESH,
  type Freshness,
  type Person,
  RECENT,
} from "../../../../src/authorization/index.ts";
import { createHiddenFrom } from "../../../../src/change-requests/confidentiality/hidden-from.ts";
import {
  type ChangeRequest,
  createPrepareDraft,
  type Draft,
  type DraftChoice,
  type Grant,
  NowhereToPostError,
  type OperatorRef,
  RequestNotFoundError,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { createList, type User } from "../../../../src/incydr/index.ts";
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
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const ID = "9f4f6f5e-0000-4000-8000-00000000000a";
const MAYA = somePerson();
const NADIA = someFacts();
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const DRAFT: Draft = {
  id: ID,
  opener: { slackUserId: "U0MAYA", email: MAYA.email },
  place: { channelId: "C0APPROVE", threadTs: null },
  who: null,
  kind: null,
  emergency: false,
  facts: null,
  slackUserIds: [],
  roleOptions: [],
  orgOptions: [],
  undo: null,
  requestId: null,
  expiresAt: new Date("2099-01-01T00:00:00Z"),
};
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

/** A draft that Maya opened, and what becomes of it. */
function setUp(setting: Setting = {}) {
  const {
    facts = NADIA,
    mayaIs = "user-maya",
    open = [],
    named = [],
    temporaryGrants = [],
    others = [],
  } = setting;
  const stored = setting.draft === undefined ? DRAFT : setting.draft;
  const audited: { kind: string; requestId: string | null; subject: string | null; details: object }[] = [];
  const kept: object[] = [];
  const read: Freshness[] = [];
  const checked: ChangeFacts[] = [];
  const emergenciesOf: OperatorRef[] = [];
  const tx = {
    drafts: { lock: async () => stored, update: async (_id: string, patch: object) => void kept.push(patch) },
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
  } as unknown as Transaction; // nothing else of it is used
  const lenient = lenientAuthorizer([MAYA]);
  const { isAllowed = () => true } = setting;
  const authorizer: typeof lenient.authorizer = {
    ...lenient.authorizer,
    pin: async () => authorizer,
    authorizeChange: async (who, action, about) => {
      if (setting.isForbidden)
        throw new ForbiddenError({
          action,
          policyIds: [],
          reasons: ["No."],
          whoCould: [],
          policyHash: LENIENT,
        });
      return lenient.authorizer.authorizeChange(who, action, about);
    },
    check: (person, action, about) => {
      checked.push(about.change);
      return isAllowed(about.change)
        ? lenient.authorizer.check(person, action, about)
        : {
            allowed: false,
            denial: { action, policyIds: [], reasons: ["No."], whoCould: [], policyHash: LENIENT },
          };
    },
  };
  const people = directoryOf(MAYA, ...others);
  const directory: typeof people = {
    ...people,
    person: (slackUserId, freshness) => {
      read.push(freshness);
      return people.person(slackUserId, freshness);
    },
  };
  const prepare = createPrepareDraft({
    authorizer,
    directory,
    channels: someChannels(),
    findPlace: async (place) => {
      if (setting.isNowhere) throw new NowhereToPostError("archived");
      return { place, moved: null };
    },
    incydr: {
      users: {
        listRoles: async () =>
          createList(
            [
              { roleId: ALERTS.id, roleName: ALERTS.name },
              { roleId: "cases", roleName: "Cases" },
            ],
            { complete: true, skipped: [] },
          ),
      },
    } as unknown as Parameters<typeof createPrepareDraft>[0]["incydr"], // all that is asked
    findSubject: async () => ({ userId: facts.userId }) as User, // nothing else of it is looked at
    preflight: async () => facts,
    identify: async () => ({ userId: mayaIs }) as User, // nothing else of it is looked at
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    visibleRequest: async (id) => {
      const request = named.find((each) => each.id === id);
      if (!request) throw new RequestNotFoundError(id);
      return request;
    },
    hiddenFrom: createHiddenFrom({ directory: people, operatorMap: new Map(), identify: async () => mayaIs }),
    clock: { ...systemClock, now: () => setting.now ?? systemClock.now() },
    ratifyWithinHours: 24,
    grantHours: [8, 24],
    isFrozen: async () => setting.isFrozen ?? false,
  });
  const prepareDraft = (choice: Partial<DraftChoice> = {}, slackUserId = "U0MAYA") =>
    prepare(ID, slackUserId, { ...CHOICE, ...choice });
  return { prepareDraft, audited, kept, read, checked, emergenciesOf, asked: lenient.asked };
}

describe("a form that is prepared", () => {
  it("keeps the subject as its opener saw them, with their Incydr user, and is audited as a look-up", async () => {
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

  it("asks who its opener is anew for an emergency, and as of five minutes ago for any other", async () => {
    for (const [emergency, action, freshness] of [
      [true, "emergency", FRESH],
      [false, "request", RECENT],
    ] as const) {
      const { prepareDraft, read, asked, audited } = setUp({ unratified: [5, 6] });
      await prepareDraft({ emergency });
      expect(audited).toMatchObject([{ details: { form: emergency ? "emergency" : "add_roles" } }]);
      expect(read).toEqual([freshness]);
      expect(asked.actions).toEqual([{ who: "U0MAYA", action, freshness }]);
      expect(asked.changes.map((change) => change.unratifiedEmergencies)).toEqual([emergency ? 2 : 0]);
    }
  });

  it("counts for an emergency those of its opener under their Slack account and their address", async () => {
    const { prepareDraft, emergenciesOf } = setUp();
    await prepareDraft({ emergency: true });
    expect(emergenciesOf).toEqual([DRAFT.opener]);
  });

  it.each<[string, Setting, string, string]>([
    ["is gone", { draft: null }, "U0MAYA", "draft_gone"],
    ["has expired", { draft: { ...DRAFT, expiresAt: new Date(0) } }, "U0MAYA", "draft_gone"],
    ["expires at this moment", { now: DRAFT.expiresAt }, "U0MAYA", "draft_gone"],
    ["is of another", {}, "U0THEO", "draft_of_another"],
    ["could be shown to nobody", { isNowhere: true }, "U0MAYA", "nowhere_to_post"],
  ])("keeps nothing where its draft %s, and that is audited", async (_what, setting, who, fault) => {
    const { prepareDraft, kept, audited } = setUp(setting);
    await expect(prepareDraft({}, who)).rejects.toMatchObject({ code: fault });
    expect(kept).toEqual([]);
    expect(audited).toMatchObject([
      { kind: "attempt.rejected", actor: { slackUserId: who }, details: { fault, asked: NADIA.username } },
    ]);
  });

  it("that the policies forbid is audited by them alone", async () => {
    const { prepareDraft, kept, audited } = setUp({ isForbidden: true });
    await expect(prepareDraft()).rejects.toMatchObject({ code: "forbidden" });
    expect([kept, audited]).toEqual([[], []]);
  });

  it.each([
    ["undoes", { undoes: 3 }],
    ["extends", { extends: 3 }],
  ])("for a request that can't be seen is audited with the request that it %s", async (_how, choice) => {
    const { prepareDraft, audited } = setUp();
    await expect(prepareDraft(choice)).rejects.toMatchObject({ code: "request_not_found" });
    expect(audited).toMatchObject([{ kind: "attempt.rejected", requestId: "CR-3" }]);
  });

  it("asks about legal hold where a deactivation can't read it, and only there", async () => {
    const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
    expect((await setUp({ facts }).prepareDraft({ kind: "deactivate" })).asksLegalHold).toBe(true);
    expect((await setUp({ facts }).prepareDraft()).asksLegalHold).toBe(false);
    expect((await setUp().prepareDraft({ kind: "deactivate" })).asksLegalHold).toBe(false);
  });

  it("offers only the lengths that the policies let these roles be given for", async () => {
    const isAllowed = ({ grantHours, roleNames }: ChangeFacts) =>
      grantHours !== null && (grantHours === 8 || !roleNames.includes(ALERTS.name));
    const typed = await setUp({ isAllowed }).prepareDraft({ role: ALERTS.name });
    expect([typed.lengths, typed.chosenLength]).toEqual([[8], 8]);
    const open = await setUp({ isAllowed }).prepareDraft();
    expect([open.lengths, open.chosenLength]).toEqual([[8, 24], 8]);
    expect((await setUp().prepareDraft()).lengths).toEqual([null, 8, 24]);
  });

  it("is judged by a length that the policies let somebody ask for, where they let nobody ask for good", async () => {
    const { prepareDraft, asked } = setUp({ isAllowed: ({ grantHours }) => grantHours === 24 });
    await prepareDraft();
    expect(asked.changes.map(({ grantHours }) => grantHours)).toEqual([24]);
  });

  it.each([true, false])("says whether all changes are frozen: %s", async (isFrozen) => {
    expect((await setUp({ isFrozen }).prepareDraft()).isFrozen).toBe(isFrozen);
  });

  it("of a replacement is judged as one that keeps every role that is held", async () => {
    const { prepareDraft, asked } = setUp();
    const { roleOptions } = await prepareDraft({ kind: "replace_roles" });
    expect(asked.changes.map(({ roleNames }) => roleNames)).toEqual([[]]);
    expect(roleOptions.map(({ id }) => id)).toEqual(["desktop-user", "proe-user", "alert-emails", "cases"]);
  });
});

describe("other requests that are open about the subject", () => {
  const about = (...facts: Preflight[]) =>
    facts.map((each, position) => someTarget({ facts: each, position, slackUserIds: [] }));
  const other = someRequest({ id: 3, targets: about(NADIA) });
  const withMaya = someRequest({
    id: 4,
    targets: about(NADIA, someFacts({ userId: "user-maya", username: "m.l@old.example" })),
  });

  it("are named, but those that are about the reader too; the policies are told of all", async () => {
    const { prepareDraft, asked } = setUp({ open: [other, withMaya] });
    expect((await prepareDraft()).othersOpen).toEqual([3]);
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([2]);
  });
});

describe("nobody is told what is stored about themselves, neither open requests nor temporary roles,", () => {
  const username = MAYA.email ?? "";
  const before = "m.l@old.example";
  const second = somePerson({ slackUserId: "U0MAYA", email: before });
  it.each<[string, Setting]>([
    ["with the subject's address", { facts: someFacts({ username: username.toUpperCase() }) }],
    ["as the subject's Incydr user", { mayaIs: NADIA.userId }],
    ["with the subject's Slack account", { facts: someFacts({ username: before }), others: [second] }],
  ])("%s", async (_how, setting) => {
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

  it("and others see both", async () => {
    const temporaryGrants = [someGrant()];
    const { prepareDraft } = setUp({ open: [someRequest({ id: 3 })], temporaryGrants });
    expect(await prepareDraft()).toMatchObject({ othersOpen: [3], temporaryGrants });
  });
});

describe("an extension", () => {
  const change = { kind: "add_roles", roles: [ALERTS], grantHours: 24 } as const;
  const held = someFacts({ roles: [...NADIA.roles, ALERTS] });
  const named = [someRequest({ id: 3, state: "done", change, targets: [someTarget({ state: "verified" })] })];

  it("begins with the roles and the length of what it extends, which the audit log names", async () => {
    const { prepareDraft, audited, kept } = setUp({
      facts: held,
      named,
      temporaryGrants: [someGrant({ requestId: 3 })],
    });
    const prepared = await prepareDraft({ who: "", extends: 3 });
    expect(prepared).toMatchObject({ chosenRoles: [ALERTS], chosenLength: 24 });
    expect(kept).toMatchObject([{ who: NADIA.userId }]);
    expect(audited).toMatchObject([{ details: { extends: "CR-3" } }]);
  });
});

describe("an undo", () => {
  it("is kept with what it undoes, about the subject of that, and the audit log names it", async () => {
    const target = someTarget({ state: "verified" });
    const named = [someRequest({ id: 3, state: "done", targets: [target] })];
    const { prepareDraft, audited, kept } = setUp({ facts: someFacts({ active: false }), named });
    await prepareDraft({ who: "", kind: null, undoes: 3 });
    expect(kept).toMatchObject([
      { who: NADIA.userId, kind: "activate", undo: { requestId: 3, change: { kind: "activate" } } },
    ]);
    expect(audited).toMatchObject([{ details: { undoes: "CR-3", form: "activate" } }]);
  });
});
