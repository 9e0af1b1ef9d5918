import { Command } from "commander";
import { policiesRecorded, verifyChain } from "../audit/index.ts";
import {
  createPolicyEngine,
  type Explanation,
  explain,
  faultOfCase,
  loadCase,
  loadCases,
  loadPolicies,
  PolicyError,
  principalId,
  type RulePlace,
} from "../authorization/index.ts";
import { loadConfig, loadEnvFile } from "../config/index.ts";
import { createAuditReader, openDatabase } from "../persistence/index.ts";
import { authorizeCliUser, createCliStore } from "./authorize-cli-user.ts";

/** The result of a command as text; `ok` is false if it found faults. */
interface CommandResult {
  readonly text: string;
  readonly ok: boolean;
}

/** Creates the commands. A command that does more than read policy files is authorized by the policies. */
export function createProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command("npm run cli --")
    .description(
      "Administers the bot from the command line. `audit verify` and `policy accept` need the bot's variables (see .env.example).",
    )
    .option("--env <file>", "read the variables from this file instead of .env")
    .showHelpAfterError("Add --help to see the usage.");
  const configured = () => {
    const { env: path } = program.opts<{ env?: string }>();
    return loadConfig(loadEnvFile({ env, path }));
  };

  program
    .command("audit")
    .description("check the audit log")
    .command("verify")
    .description("check the hash of every audit entry; exits with 1 if an entry is missing or was altered")
    .action(async () => {
      const { secrets, policiesDir } = configured();
      await finish(verifyAudit(policiesDir, secrets.databaseUrl));
    });

  const policy = program.command("policy").description("check, test, explain or accept the Cedar policies");

  policy
    .command("check")
    .description("check that the policy files are valid; exits with 1 if not")
    .argument("[folder]", "the folder of the policies", "policies")
    .action((folder: string) => finishPolicies(checkPolicies(folder)));

  policy
    .command("test")
    .description("run every case in the folders ALLOW and DENY of the policies; exits with 1 if a case fails")
    .argument("[folder]", "the folder of the policies", "policies")
    .action((folder: string) => finishPolicies(testPolicies(folder)));

  policy
    .command("explain")
    .description("show the decision about a case, the rules that decide it, and the groups that can do it")
    .argument("<case>", "a case file in the folder, such as DENY/lead-approves-their-own-request.json")
    .argument("[folder]", "the folder of the policies", "policies")
    .action((file: string, folder: string) => finishPolicies(explainCase(folder, file)));

  policy
    .command("accept")
    .description("put the policies in POLICIES_DIR into force, even if newer policies replaced them")
    .action(async () => {
      const { secrets, policiesDir } = configured();
      await finish(acceptPolicies(policiesDir, secrets.databaseUrl));
    });

  return program;
}

async function finish(work: Promise<CommandResult>): Promise<void> {
  const { text, ok } = await work;
  process.stdout.write(`${text}\n`);
  if (!ok) process.exitCode = 1;
}

/** For commands about policy files, the faults of the files are a result. */
async function finishPolicies(work: Promise<CommandResult>): Promise<void> {
  const result = work.catch((error: unknown) => {
    if (error instanceof PolicyError) return { text: error.message, ok: false };
    throw error;
  });
  await finish(result);
}

/**
 * Verifies the chain of the whole audit log, and prints the last hash. A copy of that hash elsewhere reveals a later
 * cut of the log.
 * @throws {ForbiddenError} if the policies forbid it to the person at the command line
 */
export async function verifyAudit(folder: string, connectionString: string): Promise<CommandResult> {
  await using database = openDatabase({ connectionString, log: () => {} });
  await authorizeCliUser(createCliStore(database), folder, "read_audit");
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  const text =
    faults.length === 0
      ? `The audit log is intact. It has ${head.seq} entries; the hash of the last is ${head.hash}.`
      : faults.map(({ seq, fault }) => `Entry ${seq} ${fault}.`).join("\n");
  return { text, ok: faults.length === 0 };
}

/** @throws {PolicyError} with every fault of the folder */
export async function checkPolicies(folder: string): Promise<CommandResult> {
  const set = await loadPolicies(folder);
  const { groups, hash } = createPolicyEngine(set);
  const handles = groups.map((handle) => `@${handle}`).join(", ");
  return {
    text: `All ${set.policies.length} policies are valid. Hash: ${hash}. Groups: ${handles}.`,
    ok: true,
  };
}

export async function testPolicies(folder: string): Promise<CommandResult> {
  const engine = createPolicyEngine(await loadPolicies(folder));
  const { cases } = await loadCases(folder);
  const faults = cases.flatMap((each) => faultOfCase(engine, each) ?? []);
  const text =
    faults.length === 0
      ? `All ${cases.length} cases pass.`
      : [...faults, `${faults.length} of ${cases.length} cases fail.`].join("\n");
  return { text, ok: faults.length === 0 };
}

async function explainCase(folder: string, file: string): Promise<CommandResult> {
  const engine = createPolicyEngine(await loadPolicies(folder));
  const { question } = await loadCase(folder, file);
  const explanation = explain(engine, question);
  const verdict = explanation.allowed ? "can" : "can't";
  const answer = `${principalId(question.principal)} ${verdict} ${question.action}.`;
  return { text: [answer, ...because(explanation)].join("\n"), ok: true };
}

/** The rules behind the answer, and the groups that can do it. */
function because(explanation: Explanation): string[] {
  if (explanation.allowed) return explanation.rules.map((rule) => `Rule: ${placeOf(rule)}`);
  const groups = explanation.whoCould.map((handle) => `@${handle}`).join(" or ");
  return [
    ...explanation.reasons.map(({ reason, rule }) =>
      rule === null ? reason : `${reason} (${placeOf(rule)})`,
    ),
    groups ? `Members of ${groups} can.` : "The policies name no group that can do this.",
  ];
}

function placeOf({ id, at }: RulePlace): string {
  return at === null ? id : `${id}, ${at.file}:${at.line}`;
}

/**
 * Lets the policies of a folder decide from now on, also if others superseded them, or if they lack files of the deciding
 * ones. The audit log names the person; the running bot posts the entry together with its next one.
 * @throws {ForbiddenError} if the deciding policies forbid it to the person at the command line
 */
export async function acceptPolicies(folder: string, connectionString: string): Promise<CommandResult> {
  const set = await loadPolicies(folder);
  const { hash, groups } = createPolicyEngine(set);
  await using database = openDatabase({ connectionString, log: () => {} });
  const store = createCliStore(database);
  const { uow, clock } = store;
  const slackUserId = principalId(await authorizeCliUser(store, folder, "set_policies"));
  await clock.measure();
  const at = clock.now();
  const isNew = await uow.run(async (tx) => {
    if ((await tx.policies.current({ forChange: true })) === hash) return false;
    await tx.policies.keep(hash, set.sources);
    await tx.policies.record(hash, at);
    const occasion = { actor: { slackUserId, email: null }, at, policyHash: hash };
    await tx.audit.append(policiesRecorded(occasion, groups));
    return true;
  });
  return { text: `The policies with hash ${hash} are ${isNew ? "now" : "already"} in force.`, ok: true };
}
