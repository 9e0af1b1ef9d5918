import { Command } from "commander";
import { loadConfig, loadEnvFile } from "../config/index.ts";
import { acceptPolicies } from "./accept-policies.ts";
import { checkPolicies } from "./check-policies.ts";
import type { CommandResult } from "./command-result.ts";
import { explainCase } from "./explain-case.ts";
import { testPolicies } from "./test-policies.ts";
import { verifyAudit } from "./verify-audit.ts";

/** Every command that there is; each of them asks, or only reads policy files. `env` is what they are configured with. */
export function createProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command("incydr-chatops").description("Administers the bot from the command line.");

  program
    .command("audit")
    .description("the audit log")
    .command("verify")
    .description("checks every entry of the hash chain; exits 1 if one is missing or was altered")
    .action(async () => {
      const { secrets, policiesDir } = loadConfig(loadEnvFile({ env }));
      await finish(verifyAudit(policiesDir, secrets.databaseUrl));
    });

  const policy = program.command("policy").description("the Cedar policies");

  policy
    .command("check")
    .description("checks that the policy files can be used; exits 1 if not")
    .argument("[folder]", "where they are", "policies")
    .action((folder: string) => finish(checkPolicies(folder)));

  policy
    .command("test")
    .description(
      "asks the policies every case of ALLOW/ and DENY/ beside them; exits 1 if one is decided wrongly",
    )
    .argument("[folder]", "where they are", "policies")
    .action((folder: string) => finish(testPolicies(folder)));

  policy
    .command("explain")
    .description("says what the policies decide about a case, by which rules, and who could do it")
    .argument("<case>", "a file beside them, such as DENY/lead-approves-their-own-request.json")
    .argument("[folder]", "where they are", "policies")
    .action((file: string, folder: string) => finish(explainCase(folder, file)));

  policy
    .command("accept")
    .description("lets the configured policies decide, also if others superseded them")
    .action(async () => {
      const { secrets, policiesDir } = loadConfig(loadEnvFile({ env }));
      await finish(acceptPolicies(policiesDir, secrets.databaseUrl));
    });

  return program;
}

/** Prints what a command found; a command that found faults exits with 1. */
async function finish(work: Promise<CommandResult>): Promise<void> {
  const { text, ok } = await work;
  process.stdout.write(`${text}\n`);
  if (!ok) process.exitCode = 1;
}
