import type { IsFrozen, JobQueue, SubjectsOfEntries } from "../change-requests/index.ts";
import {
  createAuditSink,
  createBulkForms,
  createCardPlaces,
  createDigestDisplay,
  createFileDelivery,
  createFindCard,
  createFreezeDisplay,
  createHandedInFiles,
  createInviteDisplay,
  createPoster,
  createRequestDisplay,
  createTellDirectly,
  type PostedMessages,
  type SlackApi,
} from "../slack/index.ts";
import type { DomainOptions } from "./create-domain.ts";
import { isOutage } from "./is-outage.ts";

/** Makes the parts that show things in Slack, take files from it, and publish the audit log to it. */
export function createDisplays(options: {
  readonly api: SlackApi;
  /** By which files are fetched, which is no call of the Web API. */
  readonly token: string;
  readonly apiUrl: string | null;
  readonly ledger: PostedMessages;
  readonly audience: DomainOptions["audience"];
  readonly subjectsOf: SubjectsOfEntries;
  readonly jobs: Pick<JobQueue, "enqueue">;
  readonly isFrozen: IsFrozen;
  /** Whether the configuration stops every change. */
  readonly readOnly: boolean;
  readonly log: (what: string, error: unknown) => void;
}) {
  const { api, token, apiUrl, ledger, audience, subjectsOf, jobs, isFrozen, readOnly, log } = options;
  const { findPlace, channels, rules } = audience;
  const poster = createPoster({ api, ledger });
  const findCard = createFindCard({ api, ledger });
  const tellDirectly = createTellDirectly({ poster, ledger, log });
  return {
    requests: createRequestDisplay({ api, poster, ledger, tellDirectly, log }),
    cards: createCardPlaces(ledger),
    invitations: createInviteDisplay({ findCard, channels, tellDirectly }),
    digests: createDigestDisplay({
      ...{ poster, ledger, findPlace, findCard, tellDirectly, channels, rules, isOutage },
    }),
    freezes: createFreezeDisplay({ poster, ledger, findPlace, rules, readOnly }),
    bulkForms: createBulkForms({ api, jobs, isFrozen }),
    files: createHandedInFiles({ api, token, apiUrl }),
    delivery: createFileDelivery({ api, ledger }),
    auditSink: createAuditSink({ poster, findPlace, subjectsOf, rules }),
  };
}
