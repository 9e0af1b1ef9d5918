import { expect, it } from "vitest";
import { createReadUndo } from "../../../../src/change-requests/drafting/undo.ts";
import type { UnitOfWork } from "../../../../src/change-requests/index.ts";
import { someFacts, someRequest, someTarget } from "../../../support/domain-objects.ts";

it("gives no temporary role for good by an undo, though its time was up while the change was written", async () => {
  const role = { id: "alert-emails", name: "Alert Emails" };
  const minute = (number: number) => new Date(Date.UTC(2026, 10, 1, 9, number));
  const endedAt = minute(1);
  const grants = { temporaryBetween: async (_userId: string, from: Date) => (endedAt >= from ? [role] : []) };
  const uow = { read: (work: (stored: unknown) => unknown) => work({ grants }) } as unknown as UnitOfWork; // the same
  const listRoles = async () =>
    Object.assign([{ roleId: role.id, roleName: role.name }], { complete: true, skipped: 0 });
  const incydr = { users: { listRoles } } as unknown as Parameters<typeof createReadUndo>[0]["incydr"]; // all that is asked
  const request = someRequest({
    state: "done",
    change: { kind: "remove_roles", roles: [role] },
    targets: [
      someTarget({
        state: "verified",
        facts: someFacts({ roles: [role] }),
        intent: { at: minute(0), deadlineAt: minute(5) },
        settledAt: minute(2),
      }),
    ],
  });
  const undo = createReadUndo({ incydr, uow })(request, someFacts({ roles: [] }));
  await expect(undo).rejects.toMatchObject({ code: "nothing_to_undo", data: { why: "roles_were_lent" } });
});
