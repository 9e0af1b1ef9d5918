import type {
  AbandonDraft,
  BulkOpening,
  ExplainPermission,
  FreezeSwitch,
  GrantQueries,
  IsFrozen,
  JobQueue,
  OpenDenial,
  PrepareDraft,
  Ratifying,
  ReadBotStatus,
  RecordForgery,
  RequestQueries,
  SearchOrgs,
  SearchRoles,
  ShowOrg,
  ShowRole,
  StartDraft,
  SubmitBulk,
  SubmitDraft,
  SuggestUsers,
  TellWhoAmI,
} from "../../change-requests/index.ts";
import type { LookUps, OrgList, UserList } from "../../subjects/index.ts";
import type { SlackPeopleDirectory } from "../directory/people-directory.ts";
import type { Message } from "../texts/message.ts";
import type { SlackApi } from "../web-api/slack-api.ts";

/** The dependencies of the listeners. None of them can write to Incydr. */
export interface SlackDeps {
  readonly api: SlackApi;
  readonly people: SlackPeopleDirectory;
  readonly lookUps: LookUps;
  readonly userList: UserList;
  readonly explainPermission: ExplainPermission;
  readonly startDraft: StartDraft;
  readonly prepareDraft: PrepareDraft;
  readonly suggestUsers: SuggestUsers;
  readonly searchOrgs: SearchOrgs;
  readonly searchRoles: SearchRoles;
  readonly submitDraft: SubmitDraft;
  readonly abandonDraft: AbandonDraft;
  readonly openDenial: OpenDenial;
  readonly openDispute: Ratifying["openDispute"];
  readonly bulkOpening: BulkOpening;
  readonly submitBulk: SubmitBulk;
  readonly grantQueries: GrantQueries;
  readonly requestQueries: RequestQueries;
  readonly roleDetails: ShowRole;
  readonly orgList: OrgList;
  readonly orgDetails: ShowOrg;
  readonly botStatus: ReadBotStatus;
  readonly whoAmI: TellWhoAmI;
  readonly freezeSwitch: FreezeSwitch;
  readonly isFrozen: IsFrozen;
  readonly recordForgery: RecordForgery;
  readonly jobs: Pick<JobQueue, "enqueue">;
  /** Sends a message through a response URL, to the one person who acted; see `respondAt`. */
  readonly respond: (
    responseUrl: string,
    message: Message,
    options?: { readonly replacesOriginal?: boolean },
  ) => Promise<void>;
  readonly userLinkTemplate: string | null;
  readonly log: (what: string, error: unknown) => void;
  /** Claims a delivery; resolves to `false` if a replica has claimed it before. */
  readonly claimDelivery: (deliveryId: string) => Promise<boolean>;
}
