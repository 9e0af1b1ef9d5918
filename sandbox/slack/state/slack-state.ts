import type { WorkspaceSeed } from "../harborlight.ts";
import type { DeclaredApp } from "../manifest.ts";
import type { Ping } from "../render/pings.ts";
import { createMessageRenderer, type RenderMessage } from "../render/remembered-message.ts";
import { type ChangeSignal, createChangeSignal } from "./change-signal.ts";
import { createFileStore, type FileStore } from "./file-store.ts";
import type { FormValues } from "./form-values.ts";
import { createMessageStore, type MessageStore } from "./message-store.ts";
import { createResponseUrls, type ResponseUrls } from "./response-urls.ts";
import { createTriggerIds, type TriggerIds } from "./trigger-ids.ts";
import { createViewStore, type ViewStore } from "./view-store.ts";
import { createViolationLog, type ViolationLog } from "./violations.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** The state of the simulated Slack. The Web API and people's actions change it; the driver reads it. */
export interface SlackState {
  /** Milliseconds since the epoch. */
  now: () => number;
  app: DeclaredApp;
  workspace: Workspace;
  messages: MessageStore;
  renderMessage: RenderMessage;
  views: ViewStore;
  files: FileStore;
  /** The base URL of private files and uploads. */
  fileHost: () => string;
  triggers: TriggerIds;
  responseUrls: ResponseUrls;
  violations: ViolationLog;
  /** Every notification that a message of the bot caused through markup. */
  pings: Ping[];
  changes: ChangeSignal;
  /** The choices of each person in the elements of a message, by person, channel and ts. */
  messageValues: Map<string, FormValues>;
  /** The warning next to an element whose use the app didn't acknowledge, by person and surface. */
  warnings: Map<string, string>;
}

/**
 * Creates the state of a new workspace. `baseUrl` is a function, because the address is known only after the server
 * listens.
 */
export function createSlackState(options: {
  seed: WorkspaceSeed;
  app: DeclaredApp;
  now: () => number;
  triggerLifetimeMs: number;
  baseUrl: () => string;
}): SlackState {
  const { seed, app, now, triggerLifetimeMs, baseUrl } = options;
  const changes = createChangeSignal();
  return {
    now,
    app,
    changes,
    workspace: createWorkspace(seed),
    messages: createMessageStore({ now, changes }),
    renderMessage: createMessageRenderer(),
    views: createViewStore({ now, changes }),
    files: createFileStore({ now }),
    fileHost: baseUrl,
    triggers: createTriggerIds({ now, lifetimeMs: triggerLifetimeMs }),
    responseUrls: createResponseUrls({ now, teamId: seed.team.id, baseUrl }),
    violations: createViolationLog(),
    pings: [],
    messageValues: new Map(),
    warnings: new Map(),
  };
}
