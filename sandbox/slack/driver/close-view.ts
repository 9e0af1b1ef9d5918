import { interactionBase } from "../payloads/actor.ts";
import { viewPayload } from "../payloads/view-payload.ts";
import type { OpenView } from "../state/view-store.ts";
import { type ClientContext, type DispatchResult, dispatch } from "./client-context.ts";

/**
 * Closes a person's top view with its close button. With `all` or `clear_on_close`, closes all views, like the cross of
 * the window. Views with `notify_on_close` send `view_closed`. They close at once; the returned promise waits for the
 * acks.
 */
export async function closeView(
  client: ClientContext,
  options: { all?: boolean } = {},
): Promise<DispatchResult[]> {
  const { person, state, verificationToken } = client;
  const { views, workspace } = state;
  const top = views.top(person.id);
  if (!top) throw new Error(`${person.displayName} has no modal open.`);
  const isCleared = options.all === true || notifies(top, "clear_on_close");
  const closing = isCleared ? [...views.stack(person.id)].reverse() : [top];
  const payloads = closing
    .filter((view) => notifies(view, "notify_on_close"))
    .map((view) => ({
      ...interactionBase("view_closed", person, workspace, verificationToken),
      view: viewPayload(view, workspace),
      is_cleared: isCleared,
    }));
  if (isCleared) views.clear(person.id);
  else views.pop(person.id);
  return Promise.all(
    payloads.map((payload) => dispatch(client, { kind: "interactive", type: "view_closed", payload })),
  );
}

function notifies(view: OpenView, flag: "clear_on_close" | "notify_on_close"): boolean {
  return view.definition.type === "modal" && view.definition[flag] === true;
}
