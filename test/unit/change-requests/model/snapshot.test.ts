import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differences, hashSnapshots, snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import type { Finding, Preflight, RoleRef } from "../../../../src/subjects/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const roles = fc.uniqueArray(
  fc.record({ id: fc.constantFrom("a", "b", "c", "d"), name: fc.string() }) as fc.Arbitrary<RoleRef>,
  { selector: ({ id }) => id },
);
const hold = fc.constantFrom<Finding>(
  { fact: "yes", names: ["Meridian litigation"] },
  { fact: "no", names: [] },
  { fact: "unknown", names: [] },
);
const facts = fc
  .record({ active: fc.boolean(), roles, legalHold: hold })
  .map((patch): Preflight => someFacts(patch));
const kinds = ["deactivate", "activate", "add_roles", "remove_roles", "replace_roles"] as const;

function hashOf(kind: (typeof kinds)[number] | "move", of: Preflight): string {
  return hashSnapshots([snapshotOf(kind, of)]);
}

describe("the hash of a snapshot", () => {
  it("the hash changes exactly if a fact differs that the change depends on", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), facts, facts, (kind, before, now) => {
        const found = differences(snapshotOf(kind, before), snapshotOf(kind, now));
        expect(hashOf(kind, before) === hashOf(kind, now)).toBe(found.length === 0);
      }),
    );
  });

  it("the hash does not depend on the order of roles in Incydr", () => {
    fc.assert(
      fc.property(facts, (some) => {
        const listed = { ...some, roles: some.roles.toReversed() };
        return hashOf("deactivate", listed) === hashOf("deactivate", some);
      }),
    );
  });

  it.each([
    [
      "name of a role",
      { roles: [{ id: "desktop-user", name: "Renamed" }] },
      { roles: [{ id: "desktop-user", name: "Desktop User" }] },
    ],
    ["device", { devices: { fact: "yes", names: ["laptop"] } }, {}],
    ["agent", { agents: { fact: "yes", names: ["laptop"] } }, {}],
    ["watchlist", { watchlists: { fact: "unknown", names: [] } }, {}],
    ["organization", { orgGuid: "org-sales", orgName: "Sales" }, {}],
  ] satisfies [string, Partial<Preflight>, Partial<Preflight>][])(
    "the hash stays the same if only a %s differs",
    (_what, now, before) => {
      for (const kind of kinds) expect(hashOf(kind, someFacts(now))).toBe(hashOf(kind, someFacts(before)));
    },
  );

  it("the hash depends on legal hold for a deactivation or activation, and not for roles", () => {
    const held = someFacts({ legalHold: { fact: "yes", names: ["Meridian litigation"] } });
    expect(hashOf("deactivate", held)).not.toBe(hashOf("deactivate", someFacts()));
    expect(hashOf("activate", held)).not.toBe(hashOf("activate", someFacts()));
    expect(hashOf("add_roles", held)).toBe(hashOf("add_roles", someFacts()));
    expect(hashOf("remove_roles", held)).toBe(hashOf("remove_roles", someFacts()));
  });

  it("the hash for a move depends only on the organization", () => {
    const elsewhere = someFacts({ orgGuid: "org-sales", orgName: "Sales" });
    expect(hashOf("move", elsewhere)).not.toBe(hashOf("move", someFacts()));
    expect(hashOf("move", someFacts({ orgName: "Renamed" }))).toBe(hashOf("move", someFacts()));
    expect(hashOf("move", someFacts({ active: false, roles: [] }))).toBe(hashOf("move", someFacts()));
    expect(differences(snapshotOf("move", someFacts()), snapshotOf("move", elsewhere))).toEqual([
      "organization: Research before, Sales now",
    ]);
  });

  it("the differences quote names that say more than a name", () => {
    const odd = "Sales now; legal hold: yes before";
    const moved = snapshotOf("move", someFacts({ orgGuid: "org-odd", orgName: odd }));
    const told = differences(snapshotOf("move", someFacts()), moved);
    expect(told).toEqual([`organization: Research before, “${odd}” now`]);
    const gained = snapshotOf("add_roles", someFacts({ roles: [{ id: "r", name: odd }] }));
    const none = snapshotOf("add_roles", someFacts({ roles: [] }));
    expect(differences(none, gained, () => odd)).toEqual([`roles gained: “${odd}”`]);
  });

  it("the hash tells one subject from another, and the order of several", () => {
    const [nadia, dario] = [
      snapshotOf("deactivate", someFacts()),
      snapshotOf("deactivate", someFacts({ userId: "2" })),
    ];
    expect(hashSnapshots([nadia])).not.toBe(hashSnapshots([dario]));
    expect(hashSnapshots([nadia, dario])).not.toBe(hashSnapshots([dario, nadia]));
    expect(hashSnapshots([nadia, dario])).not.toBe(hashSnapshots([nadia]));
  });

  it("the hash has 64 hexadecimal digits", () => {
    expect(hashOf("deactivate", someFacts())).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the differences of snapshots", () => {
  it("each difference is told in words", () => {
    const before = snapshotOf("deactivate", someFacts());
    const now = snapshotOf(
      "deactivate",
      someFacts({
        active: false,
        roles: [
          { id: "alert-emails", name: "Alert Emails" },
          { id: "proe-user", name: "PROe User" },
        ],
        legalHold: { fact: "unknown", names: [] },
      }),
    );
    expect(differences(before, now)).toEqual([
      "the account is inactive now",
      "roles gained: alert-emails",
      "roles lost: desktop-user",
      "legal hold: no before, unknown now",
    ]);
    expect(differences(now, before)[0]).toBe("the account is active again");
    expect(differences(now, now)).toEqual([]);
  });
});
