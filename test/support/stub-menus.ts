import type { AuditEvent } from "../../src/audit/index.ts";
import { type Authorizer, ForbiddenError, type PinOptions } from "../../src/authorization/index.ts";
import { createMenuDraft, type Draft } from "../../src/change-requests/index.ts";
import { somePerson } from "./domain-objects.ts";
import { clockAt, uowOf } from "./stub-ports.ts";

const AT = new Date("2026-11-01T09:00:00Z");

/** The menus of one stored draft, what they ask the policies, and what they audit. */
export function menusOf(draft: Draft | null, { isForbidden = false, now = AT } = {}) {
  const audited: AuditEvent[] = [];
  const asked: object[] = [];
  const claimed = new Set<string>();
  const pinned = (how: PinOptions) => ({
    authorize: async (slackUserId: string, action: "list", options: object) => {
      asked.push({ slackUserId, action, ...options, ...how });
      if (isForbidden)
        throw new ForbiddenError({ action, policyIds: [], reasons: [], whoCould: [], policyHash: "p" });
      return { ...somePerson(), policyHash: "p" };
    },
  });
  const menuDraft = createMenuDraft({
    authorizer: { pin: async (how: PinOptions) => pinned(how) } as unknown as Authorizer, // nothing else is asked
    uow: uowOf({
      drafts: { lock: async () => draft },
      clicks: {
        claim: async (id: string) => {
          const isNew = !claimed.has(id);
          claimed.add(id);
          return isNew;
        },
      },
      audit: { append: async (event: AuditEvent) => void audited.push(event) },
    }),
    clock: clockAt(now),
  });
  return { menuDraft, audited, asked };
}
