import { z } from "zod";
import type { Option } from "../blocks/composition-objects.ts";
import { menuOption, optionGroup } from "../blocks/composition-objects.ts";
import { isExternalMenu, type PlacedElement } from "../blocks/placed-elements.ts";
import { channelOf, interactionBase } from "../payloads/actor.ts";
import { messagePayload } from "../payloads/message-payload.ts";
import { viewPayload } from "../payloads/view-payload.ts";
import { assertInteractive, type ClientContext, dispatch } from "./client-context.ts";
import type { Search } from "./field-input.ts";
import type { ActingSurface } from "./surface.ts";

/** The default of `min_query_length`: the fewest letters for which Slack requests options from the app. */
const DEFAULT_MIN_QUERY_LENGTH = 3;

const suggestions = z.union([
  z.strictObject({ options: z.array(menuOption).max(100) }),
  z.strictObject({ option_groups: z.array(optionGroup).max(100) }),
]);

/** Types a query, and finds the option with the text `pick`, or the only one. `undefined` for `pick: null`. */
export async function searchOption(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  { query, pick }: Search,
): Promise<Option | undefined> {
  const offered = await suggestOptions(client, surface, placed, query);
  if (pick === null) return undefined;
  const exact = offered.find(({ text, value }) => text.text === pick || value === pick);
  if (exact) return exact;
  const [only] = offered;
  if (only && offered.length === 1) return only;
  const there = offered.map(({ text }) => `"${text.text}"`).join(", ") || "nothing";
  throw new Error(`Typing "${query}" offers ${there}, not "${pick}".`);
}

/**
 * Types a query into an external menu, and returns the app's options. A late or invalid answer gives no options, and an
 * invalid answer is a violation. Throws if the query is too short, or if the element has options of its own.
 */
export async function suggestOptions(
  client: ClientContext,
  surface: ActingSurface,
  placed: PlacedElement,
  query: string,
): Promise<Option[]> {
  assertInteractive(client);
  const { person, state, verificationToken } = client;
  const { workspace, violations } = state;
  if (!isExternalMenu(placed.element)) throw new Error(`"${placed.actionId}" is no external menu.`);
  const least = placed.element.min_query_length;
  if (query.length < (least ?? DEFAULT_MIN_QUERY_LENGTH)) {
    throw new Error(
      `"${query}" is too short: Slack requests options from ${least ?? DEFAULT_MIN_QUERY_LENGTH} letters on.`,
    );
  }
  const result = await dispatch(client, {
    kind: "interactive",
    type: "block_suggestion",
    acceptsResponse: true,
    payload: {
      ...interactionBase("block_suggestion", person, workspace, verificationToken),
      action_id: placed.actionId,
      block_id: placed.blockId,
      value: query,
      ...(surface.kind === "view"
        ? {
            container: { type: "view", view_id: surface.view.id },
            view: viewPayload(surface.view, workspace),
          }
        : {
            container: {
              type: "message",
              message_ts: surface.message.ts,
              channel_id: surface.message.channelId,
            },
            channel: channelOf(workspace.channel(surface.message.channelId)),
            message: messagePayload(surface.message, { teamId: workspace.team.id }),
          }),
    },
  });
  if (!result.acked) return [];
  const parsed = suggestions.safeParse(result.body);
  if (!parsed.success) {
    const detail = `options for "${query}": ${parsed.error.message}`;
    violations.add({ kind: "invalid_acknowledgement", where: "block_suggestion", detail });
    return [];
  }
  return "options" in parsed.data
    ? parsed.data.options
    : parsed.data.option_groups.flatMap((group) => group.options);
}
