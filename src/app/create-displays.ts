import {
  createEntryPlaces,
  type IsFrozen,
  type JobQueue,
  type SubjectsOfEntries,
} from "../change-requests/index.ts";
import {
  createAuditSink,
  createBulkForms,
  createCardLink,
  createCardPlaces,
  createDigestDisplay,
  createExportedFiles,
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
import type { Audience } from "./create-audience.ts";
import { isOutage } from "./is-outage.ts";

/** Makes the parts that post to Slack, read files from it, and publish the audit log to it. */
export function createDisplays(options: {
  readonly api: SlackApi;
  /** The bot's token. Files are downloaded directly, not through `api`. */
  readonly token: string;
  readonly apiUrl: string | null;
  readonly postedMessages: PostedMessages;
  readonly audience: Audience;
  readonly subjectsOf: SubjectsOfEntries;
  readonly jobs: Pick<JobQueue, "enqueue">;
  readonly isFrozen: IsFrozen;
  readonly readOnly: boolean;
  readonly log: (what: string, error: unknown) => void;
}) {
  const { api, token, apiUrl, postedMessages, audience, subjectsOf, jobs, isFrozen, readOnly, log } = options;
  const { findPlace, channels, rules } = audience;
  const poster = createPoster({ api, postedMessages });
  const findCard = createFindCard({ api, postedMessages });
  const tellDirectly = createTellDirectly({ poster, postedMessages, log });
  return {
    requests: createRequestDisplay({ api, poster, postedMessages, tellDirectly, log }),
    cards: createCardPlaces(postedMessages),
    cardLink: createCardLink({ findCard, channels }),
    invitations: createInviteDisplay({ findCard, channels, tellDirectly }),
    digests: createDigestDisplay({
      ...{ poster, postedMessages, findPlace, findCard, tellDirectly, channels, rules, isOutage },
    }),
    freezes: createFreezeDisplay({ poster, postedMessages, findPlace, rules, readOnly }),
    bulkForms: createBulkForms({ api, jobs, isFrozen }),
    files: createHandedInFiles({ api, token, apiUrl }),
    delivery: createFileDelivery({ api, postedMessages }),
    exports: createExportedFiles({ api, postedMessages }),
    auditSink: createAuditSink({ poster, places: createEntryPlaces({ findPlace, subjectsOf, rules }) }),
  };
}
