import { z } from "zod";
import { faultLine } from "../blocks/fault-texts.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import { checkModal } from "../blocks/validate-view.ts";
import { interactionBase } from "../payloads/actor.ts";
import { viewPayload } from "../payloads/view-payload.ts";
import type { OpenView } from "../state/view-store.ts";
import { clientErrors } from "./client-checks.ts";
import {
  assertInteractive,
  type ClientContext,
  type DispatchResult,
  dispatch,
  type Tamper,
} from "./client-context.ts";

/** Slack's line above a modal whose submission failed. */
export const SUBMISSION_FAILED = "We had some trouble connecting. Try again?";

const responseSchema = z.discriminatedUnion("response_action", [
  z.strictObject({
    response_action: z.literal("errors"),
    errors: z
      .record(z.string(), z.string().min(1))
      .refine((errors) => Object.keys(errors).length > 0, "is empty"),
  }),
  z.strictObject({ response_action: z.literal("clear") }),
  z.strictObject({ response_action: z.literal("update"), view: z.unknown() }),
  z.strictObject({ response_action: z.literal("push"), view: z.unknown() }),
]);

/** The options of a submission. */
export interface SubmitOptions {
  /** Also sends inputs that the client would refuse, like a forged client. */
  skipClientChecks?: boolean;
  tamper?: Tamper;
}

/** The outcome of a submission; `errors` are by the label of their input. */
export type SubmitResult =
  | (DispatchResult & { dispatched: true; closed: boolean; errors?: Record<string, string> })
  | { dispatched: false; acked: false; closed: false; errors: Record<string, string> };

/**
 * Presses the submit button of a view. After a late ack, another status than 200 or an invalid answer, the view stays
 * open with "We had some trouble connecting. Try again?".
 */
export async function submitView(
  client: ClientContext,
  view: OpenView,
  options: SubmitOptions = {},
): Promise<SubmitResult> {
  assertInteractive(client);
  const { person, state, verificationToken } = client;
  const { definition } = view;
  if (definition.type !== "modal" || !definition.submit) throw new Error("This view has no submit button.");
  view.errors = options.skipClientChecks ? {} : clientErrors(view);
  view.banner = undefined;
  if (Object.keys(view.errors).length > 0) {
    state.changes.emit();
    return { dispatched: false, acked: false, closed: false, errors: byLabel(view) };
  }
  const payload = {
    ...interactionBase("view_submission", person, state.workspace, verificationToken),
    trigger_id: state.triggers.issue({ personId: person.id, channelId: view.openedIn, viewId: view.id }),
    view: viewPayload(view, state.workspace),
    response_urls: responseUrls(client, view),
  };
  const { tamper } = options;
  const type = "view_submission";
  const result = await dispatch(client, {
    kind: "interactive",
    type,
    payload,
    acceptsResponse: true,
    tamper,
  });
  const problem = result.acked ? applyResponse(client, view, result.body) : "not acknowledged";
  if (problem !== undefined) view.banner = SUBMISSION_FAILED;
  if (problem !== undefined && result.acked) {
    state.violations.add({ kind: "invalid_acknowledgement", where: type, detail: problem });
  }
  state.changes.emit();
  const errors = byLabel(view);
  return {
    ...result,
    dispatched: true,
    closed: !state.views.stack(person.id).includes(view),
    ...(Object.keys(errors).length > 0 ? { errors } : {}),
  };
}

/** Executes the response action of the ack; returns the fault of an ack that Slack would not accept. */
function applyResponse(client: ClientContext, view: OpenView, body: unknown): string | undefined {
  const { views } = client.state;
  if (body === undefined || body === "") {
    if (views.top(view.ownerId) === view) views.pop(view.ownerId);
    return undefined;
  }
  const parsed = responseSchema.safeParse(body);
  if (!parsed.success) return `not a response_action: ${JSON.stringify(body)}`;
  switch (parsed.data.response_action) {
    case "clear":
      views.clear(view.ownerId);
      return undefined;
    case "errors": {
      const { errors } = parsed.data;
      const inputs = placedElements(view.definition.blocks).filter(({ role }) => role === "input");
      const stray = Object.keys(errors).find((id) => !inputs.some(({ blockId }) => blockId === id));
      if (stray !== undefined) return `errors name "${stray}", which is no input block of the view`;
      view.errors = errors;
      return undefined;
    }
    case "update":
    case "push": {
      const checked = checkModal(parsed.data.view);
      if (!checked.ok) return checked.faults.map(faultLine).join("; ");
      const written =
        parsed.data.response_action === "update"
          ? views.update(view, checked.view)
          : views.push(view.ownerId, checked.view);
      return typeof written === "string" ? written : undefined;
    }
  }
}

function byLabel(view: OpenView): Record<string, string> {
  const placed = placedElements(view.definition.blocks);
  return Object.fromEntries(
    Object.entries(view.errors).map(([blockId, text]) => [
      placed.find((each) => each.blockId === blockId)?.label ?? blockId,
      text,
    ]),
  );
}

/** Makes a response URL for each chosen conversation in an element with `response_url_enabled`. */
function responseUrls(client: ClientContext, view: OpenView): Record<string, unknown>[] {
  return placedElements(view.definition.blocks).flatMap(({ element, blockId, actionId }) => {
    if (!("response_url_enabled" in element) || !element.response_url_enabled) return [];
    const value = view.values[blockId]?.[actionId];
    const channelId =
      value?.type === "conversations_select"
        ? value.selected_conversation
        : value?.type === "channels_select"
          ? value.selected_channel
          : null;
    if (channelId === null) return [];
    const target = { source: "view" as const, personId: client.person.id, channelId };
    const response_url = client.state.responseUrls.issue(target);
    return [{ block_id: blockId, action_id: actionId, channel_id: channelId, response_url }];
  });
}
