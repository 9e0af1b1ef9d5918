import {
  type ChangeRequest,
  type ConfidentialityFault,
  createBulkReports,
  createReadView,
  createRequestShowing,
  JOB_KINDS,
  type Job,
  NowhereToPostError,
  type Placement,
  type ReadView,
  type RequestDisplay,
  type RequestShowing,
  type RequestView,
  type UnitOfWork,
} from "../../../src/change-requests/index.ts";
import { createPostThreadUpdate } from "../../../src/change-requests/notify/post-thread-update.ts";
import { IncydrError } from "../../../src/incydr/index.ts";
import { asJson } from "../../../src/kernel/canonical-json.ts";
import { createRequestDisplay } from "../../../src/slack/index.ts";
import { movedLine, movedReason } from "../../../src/slack/texts/card-texts.ts";
import { shortMessage } from "../../../src/slack/texts/message.ts";
import { noticeMessage } from "../../../src/slack/texts/notice.ts";
import { refusalLines } from "../../../src/slack/texts/refusal.ts";
import { lines, plain, richText } from "../../../src/slack/texts/rich-text.ts";
import { type Entry, joined, type Topic, under } from "../entries.ts";
import { CHANNELS, doneRequest, PEOPLE, requestIn, requestOf, targetOf, viewOf } from "../fixtures.ts";
import {
  CLOCK,
  inOrder,
  peopleDirectory,
  type Refuse,
  recordingSlack,
  recordingUnitOfWork,
} from "../recorder.ts";
import { steady } from "../refusal-message.ts";
import { PLACEMENTS } from "./cards.ts";

const FAULTS = Object.keys(PLACEMENTS) as ConfidentialityFault[]; // its keys are these

/** Messages to one person outside of commands and forms, and the messages about moved cards. */
export async function directMessages(): Promise<Topic> {
  return joined(
    under("a job is given up", givenUp()),
    under("the card is elsewhere", moved()),
    under("the card moves", await moving()),
    under("the card can't be shown", await notShown()),
    under("a fault reaches the display", faultsShown()),
    under("an outcome", await outcomes()),
    under("Slack refuses the content", await contentRefused()),
    under("a file can't be sent", await filesNotSent()),
  );
}

export interface Shown {
  readonly display: RequestDisplay;
  readonly showingOf: (uow: UnitOfWork, readView: ReadView) => RequestShowing;
  /** Shows a card. */
  readonly show: (view: RequestView) => Promise<void>;
  /** Posts an event in the card's thread. */
  readonly postThreadUpdate: (view: RequestView, topic: string) => Promise<void>;
  readonly sent: readonly Entry[];
}

/** A display on a recording Slack API, with channels and people of the given kinds. */
function displayOn(
  options: {
    refuse?: Refuse;
    placement?: () => Placement;
    outside?: readonly string[];
    members?: readonly string[];
  } = {},
): Shown {
  const { refuse, outside = [], members = ["U0THEO"] } = options;
  const slack = recordingSlack(refuse);
  const { placement = () => ({ place: { channelId: CHANNELS.approvals, threadTs: null }, moved: null }) } =
    options;
  const display = createRequestDisplay(slack);
  const places = {
    findPlace: async () => placement(),
    people: peopleDirectory(outside),
    channels: {
      facts: async (channelId: string) => ({
        channelId,
        name: "approvals",
        isPrivate: true,
        isShared: false,
        isArchived: false,
        botIsMember: true,
        memberIds: members,
        hasOutsiders: false,
      }),
    },
    rules: {
      approvalsChannelId: CHANNELS.approvals,
      auditChannelId: CHANNELS.audit,
      restrictedChannelIds: [CHANNELS.restricted],
      acceptsUnmappedSubjects: false,
      isCardChannel: () => true,
      isAllowedPublic: () => false,
    },
  };
  const showingOf = (uow: UnitOfWork, readView: ReadView) =>
    createRequestShowing({ ...places, uow, readView, display, clock: CLOCK });
  return {
    display,
    showingOf,
    show: (view) =>
      showingOf(recordingUnitOfWork(view.request).uow, async () => view).showCard(view.request.id),
    postThreadUpdate: createPostThreadUpdate({ ...places, display }),
    sent: slack.sent,
  };
}

/** Jobs that concern no request. */
const WITHOUT_REQUEST: readonly Job["kind"][] = [
  "read_bulk",
  "deliver_dry_run",
  "post_digest",
  "tell",
  "prune",
  "publish_audit",
  "announce_freeze",
  "export_users",
  "delete_export",
];

function givenUp(): Topic {
  const words = (work: Job["kind"], more: { requestId?: null; goesOnDaily?: true } = {}) =>
    steady(
      noticeMessage({
        ...{ kind: "given_up", work, requestId: 17, reference: "4f2a", goesOnDaily: false, ...more },
      }),
    );
  return {
    ...Object.fromEntries(
      JOB_KINDS.map((kind) => [kind, words(kind, WITHOUT_REQUEST.includes(kind) ? { requestId: null } : {})]),
    ),
    "expire, and goes on daily": words("expire", { goesOnDaily: true }),
  };
}

function moved(): Topic {
  return {
    "where it was asked for": movedLine(17),
    ...Object.fromEntries(FAULTS.map((why) => [`why, ${why}`, movedReason(17, why)])),
  };
}

async function moving(): Promise<Topic> {
  const view = viewOf(requestIn("approved"));
  const shown = async (refuse?: Refuse) => {
    let placement: Placement = { place: { channelId: CHANNELS.approvals, threadTs: null }, moved: null };
    const { show, postThreadUpdate, sent } = displayOn({
      placement: () => placement,
      ...(refuse ? { refuse } : {}),
    });
    await show(view);
    await postThreadUpdate(view, "approved:1");
    placement = { place: { channelId: CHANNELS.restricted, threadTs: null }, moved: "subject_present" };
    await show(view);
    return sent;
  };
  let isClosed = true;
  const reposted = displayOn({
    refuse: (method) =>
      isClosed && (method === "chat.update" || method === "chat.delete") ? "edit_window_closed" : null,
  });
  for (const state of ["approved", "denied", "expired"] as const) {
    await reposted.show(viewOf(requestIn(state)));
    isClosed = state === "approved";
  }
  return joined(
    inOrder("from one channel to another", await shown()),
    inOrder("Slack lets no message be changed", reposted.sent),
    inOrder("it is taken away", await hidden()),
  );
}

async function hidden(): Promise<readonly Entry[]> {
  let isAllowed = true;
  const { show, sent } = displayOn({
    placement: () => {
      if (!isAllowed) throw new NowhereToPostError("subject_present");
      return { place: { channelId: CHANNELS.approvals, threadTs: null }, moved: null };
    },
  });
  await show(viewOf(requestOf()));
  isAllowed = false;
  await show(viewOf(requestOf()));
  return sent;
}

/** Messages to the requester of a card that no channel may show. */
async function notShown(): Promise<Topic> {
  const parts: Topic[] = [];
  for (const why of ["subject_present", "subject_unmapped", "public"] as const) {
    for (const state of ["pending", "approved"] as const) {
      const request = requestIn(state);
      const { uow, told } = recordingUnitOfWork(request);
      const { showingOf } = displayOn({
        placement: () => {
          throw new NowhereToPostError(why);
        },
      });
      const showing = showingOf(uow, createReadView({ uow, readOnly: false }));
      await showing.showCard(17).catch((error: unknown) => {
        if (!(error instanceof NowhereToPostError)) throw error;
      });
      parts.push(inOrder(`${why}, ${state}`, told));
    }
  }
  return joined(...parts);
}

function faultsShown(): Topic {
  const shown = (error: unknown) => steady(shortMessage("Something went wrong", ...refusalLines(error)));
  const incydr = (code: "outcome_unknown" | "roles_ignored") =>
    new IncydrError(code, "Incydr did not answer the write.", { sent: "unknown" });
  return {
    "an outcome that is not known": shown(incydr("outcome_unknown")),
    "roles that Incydr left out": shown(incydr("roles_ignored")),
    "no error of the bot's": shown(new Error("For the log.")),
  };
}

async function outcomes(): Promise<Topic> {
  const told = async (request: ChangeRequest, topic: string, outside: readonly string[] = []) => {
    const view: RequestView = viewOf(request);
    const { postThreadUpdate, sent } = displayOn({ outside, members: [] });
    await postThreadUpdate(view, topic);
    return sent;
  };
  return joined(
    inOrder("to the requester", await told(doneRequest("verified"), "done:verified")),
    inOrder(
      "to a requester who may not be told more",
      await told(doneRequest("verified"), "done:verified", [PEOPLE.maya.slackUserId]),
    ),
  );
}

async function contentRefused(): Promise<Topic> {
  const hasContent = (call: { blocks?: unknown }) =>
    JSON.stringify(call.blocks ?? []).includes("Exfiltration");
  const card = displayOn({ refuse: (_method, call) => (hasContent(call) ? "invalid_blocks" : null) });
  await card.show(viewOf(requestOf()));
  const ended = displayOn({ refuse: (_method, call) => (hasContent(call) ? "invalid_blocks" : null) });
  await ended.show(viewOf(requestIn("approved")));
  const bulk = displayOn({ refuse: (_method, call) => (hasContent(call) ? "invalid_blocks" : null) });
  await bulk.show(viewOf(requestOf({ targets: [targetOf(), targetOf({ position: 1 })] })));
  const answer = displayOn({
    refuse: (_method, call) => (JSON.stringify(call.blocks) === "[]" ? null : "msg_blocks_too_long"),
  });
  const place = { channelId: CHANNELS.approvals, threadTs: null };
  await answer.display.sendEphemeral("U0MAYA", place, {
    text: "For you",
    blocks: asJson([richText(lines([plain("A sentence that Slack does not take.")]))]),
  });
  return joined(
    inOrder("of a card", card.sent),
    inOrder("of a card, approved", ended.sent),
    inOrder("of a card, a bulk", bulk.sent),
    inOrder("of an answer", answer.sent),
  );
}

async function filesNotSent(): Promise<Topic> {
  const told = async (report: (reports: ReturnType<typeof createBulkReports>) => Promise<void>) => {
    const request = requestOf({ targets: [targetOf(), targetOf({ position: 1 })] });
    const draft = { opener: PEOPLE.maya, place: request.place, reading: EMPTY_READING };
    const { uow, told: messages } = recordingUnitOfWork(request, { bulkDrafts: { lock: async () => draft } });
    const delivery = { deliver: async () => "unreachable" as const };
    await report(createBulkReports({ uow, directory: peopleDirectory(), delivery }));
    return messages;
  };
  return joined(
    inOrder("the preview of a bulk", await told((reports) => reports.deliverDryRun("draft"))),
    inOrder("the results of a bulk", await told((reports) => reports.deliverOutcomes(17, "done:verified"))),
  );
}

const EMPTY_READING = { change: { kind: "deactivate" }, subjects: [], leftOut: [], faults: [] };
