/** The declarations of `src/slack` in `required-scopes.ts` and `registrations.ts`. */
export interface SlackUsage {
  /** Each Web API method with the bot scopes that it needs. */
  readonly methods: Readonly<Record<string, { readonly scopes: readonly string[] }>>;
  readonly registrations: {
    readonly commands: readonly string[];
    readonly shortcuts: readonly { readonly callbackId: string; readonly type: "message" | "global" }[];
    readonly events: readonly string[];
  };
}

/** A source file: its path, for messages, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Families of methods that only a Slack client has. */
const slackOnlyFamilies = "chat|conversations|usergroups";
const otherFamilies =
  "api|apps|assistant|auth|bookmarks|bots|calls|canvases|dnd|emoji|files|functions|pins|reactions|reminders|search|team|users|views|workflows";
/** The names of variables that hold a Slack client. */
const clientNames = String.raw`\w*[cC]lient|web|reading|posting`;

const methodCall = new RegExp(
  String.raw`(?:\.\s*(?=(?:${slackOnlyFamilies})\b)|\b(?:${clientNames})\s*[?!]?\.\s*)((?:${slackOnlyFamilies}|${otherFamilies})(?:\s*\.\s*\w+)+)\s*\(`,
  "g",
);
const methodByName = /\.\s*apiCall\(\s*["'`]([\w.]+)["'`]/g;
const registration =
  /\b(?:app|bolt)\s*\.\s*(command|event|shortcut)\(\s*(?:\{\s*callback_id:\s*)?["'`]([^"'`]+)["'`]/g;

/**
 * Compares the sources with the tables. Each called Web API method must be in the table, and each method with scopes
 * must be called. Each command, event and shortcut that is registered by name must be declared.
 */
export function sourceFaults(files: readonly SourceFile[], usage: SlackUsage): string[] {
  const { commands, events, shortcuts } = usage.registrations;
  const declared: Record<string, readonly string[]> = {
    command: commands,
    event: events,
    shortcut: shortcuts.map((shortcut) => shortcut.callbackId),
  };

  const faults: string[] = [];
  for (const file of files) {
    for (const method of methodsCalledIn(file.text)) {
      if (!(method in usage.methods))
        faults.push(`${file.path} calls ${method}, which WEB_API_METHODS lacks`);
    }
    for (const [, kind = "", name = ""] of file.text.matchAll(registration)) {
      if (!declared[kind]?.includes(name)) {
        faults.push(`${file.path} registers the ${kind} ${name}, which REGISTRATIONS lacks`);
      }
    }
  }

  const needed = Object.keys(usage.methods).filter((method) => usage.methods[method]?.scopes.length);
  const unused = needed.filter((method) => !files.some((file) => isMentioned(method, file.text)));
  return [...faults, ...unused.map((method) => `WEB_API_METHODS has ${method}, which src/slack never calls`)];
}

function methodsCalledIn(text: string): string[] {
  const chained = [...text.matchAll(methodCall)].map(([, method = ""]) => method.replaceAll(/\s/g, ""));
  const named = [...text.matchAll(methodByName)].map(([, method = ""]) => method);
  return [...chained, ...named];
}

function isMentioned(method: string, text: string): boolean {
  return methodsCalledIn(text).includes(method) || text.includes(`"${method}"`);
}
