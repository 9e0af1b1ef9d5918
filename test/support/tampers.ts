import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";

// Changes of a payload that Slack's own client would not make. The casts rely on three facts: an interaction names its
// user, a click has actions, and a submission has a view.

/** Another person sent it. */
export function sentBy(id: string): Tamper {
  return (payload) => ({ ...payload, user: { ...(payload.user as object), id } });
}

/** Another button was clicked, or the same button with another value. */
export function withAction(change: {
  readonly action_id?: string;
  readonly value?: string;
  readonly selected_option?: { readonly value: string };
}): Tamper {
  return (payload) => ({
    ...payload,
    actions: (payload.actions as object[]).map((action) => ({ ...action, ...change })),
  });
}

/** The form's hidden field holds another text. */
export function withMetadata(private_metadata: string): Tamper {
  return (payload) => ({ ...payload, view: { ...(payload.view as object), private_metadata } });
}
