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
  it("changes exactly when something differs that the change depends on", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), facts, facts, (kind, before, now) => {
        const found = differences(snapshotOf(kind, before), snapshotOf(kind, now));
        expect(hashOf(kind, before) === hashOf(kind, now)).toBe(found.length === 0);
      }),
    );
  });

  it("does not depend on the order in which Incydr lists the roles", () => {
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
    "stays when only a %s differs",
    (_what, now, before) => {
      for (const kind of kinds) expect(hashOf(kind, someFacts(now))).toBe(hashOf(kind, someFacts(before)));
    },
  );

  it("depends on legal hold where somebody begins or ceases to be monitored, and not for roles", () => {
    const held = someFacts({ legalHold: { fact: "yes", names: ["Meridian litigation"] } });
    expect(hashOf("deactivate", held)).not.toBe(hashOf("deactivate", someFacts()));
    expect(hashOf("activate", held)).not.toBe(hashOf("activate", someFacts()));
    expect(hashOf("add_roles", held)).toBe(hashOf("add_roles", someFacts()));
    expect(hashOf("remove_roles", held)).toBe(hashOf("remove_roles", someFacts()));
  });

  it("depends, for a move, on the organization and on nothing else", () => {
    const elsewhere = someFacts({ orgGuid: "org-sales", orgName: "Sales" });
    expect(hashOf("move", elsewhere)).not.toBe(hashOf("move", someFacts()));
    expect(hashOf("move", someFacts({ orgName: "Renamed" }))).toBe(hashOf("move", someFacts()));
    expect(hashOf("move", someFacts({ active: false, roles: [] }))).toBe(hashOf("move", someFacts()));
    expect(differences(snapshotOf("move", someFacts()), snapshotOf("move", elsewhere))).toEqual([
      "organization: Research before, Sales now",
    ]);
  });

  it("tells what differs, with names in quotes that say more than a name", () => {
    const odd = "Sales now; legal hold: yes before";
    const moved = snapshotOf("move", someFacts({ orgGuid: "org-odd", orgName: odd }));
    const told = differences(snapshotOf("move", someFacts()), moved);
    expect(told).toEqual([`organization: Research before, “${odd}” now`]);
    const gained = snapshotOf("add_roles", someFacts({ roles: [{ id: "r", name: odd }] }));
    const none = snapshotOf("add_roles", someFacts({ roles: [] }));
    expect(differences(none, gained, () => odd)).toEqual([`roles gained: “${odd}”`]);
  });

  it("tells one subject from another, and the order of several", () => {
    const [nadia, dario] = [
      snapshotOf("deactivate", someFacts()),
      snapshotOf("deactivate", someFacts({ userId: "2" })),
    ];
    expect(hashSnapshots([nadia])).not.toBe(hashSnapshots([dario]));
    expect(hashSnapshots([nadia, dario])).not.toBe(hashSnapshots([dario, nadia]));
    expect(hashSnapshots([nadia, dario])).not.toBe(hashSnapshots([nadia]));
  });

  it("is 64 hexadecimal digits", () => {
    expect(hashOf("deactivate", someFacts())).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the differences", () => {
  it("are said in words", () => {
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
