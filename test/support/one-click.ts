import type { Person } from "../../src/authorization/index.ts";
import type { CardClick, ChangeRequest } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";
import { someChannels, someLead, somePerson } from "./domain-objects.ts";
import { lenientAuthorizer, storeOf } from "./one-request.ts";
import { watchedDirectory } from "./stub-ports.ts";

/** Theo's click on the card of CR-1. */
export function someClick(patch: Partial<CardClick> = {}): CardClick {
  return {
    clickId: "9f4f6f5e-0000-4000-8000-000000000004",
    requestId: 1,
    slackUserId: "U0THEO",
    place: { channelId: "C0APPROVE", threadTs: null },
    ...patch,
  };
}

/** One stored request, and the parts that a click on its card uses. The policies permit the click. */
export function clicksOn(
  request: ChangeRequest,
  {
    people = [somePerson(), someLead()],
    policies = {},
    open = [],
  }: {
    people?: readonly Person[];
    policies?: Parameters<typeof lenientAuthorizer>[1];
    open?: readonly number[];
  } = {},
) {
  const store = storeOf(request, { open });
  const { authorizer, asked } = lenientAuthorizer(people, policies);
  const { directory, read } = watchedDirectory(directoryOf(...people));
  const executions = () => store.jobs().filter(({ kind }) => kind === "execute").length;
  const options = {
    authorizer,
    directory,
    channels: someChannels(),
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  };
  return { store, asked, read, executions, options };
}
