import {
  createPolicyEngine,
  loadCases,
  loadPolicies,
  type Policy,
  type PolicyEngine,
  type PolicySet,
  type Question,
} from "../../src/authorization/index.ts";

/** Policies that a set is filled up to. */
const SIZES = [10, 50, 100, 250, 500];
const DECISIONS = 1_000;
const LIMIT_MS = 1;

/**
 * Times decisions of the product's own policies, filled up with others that say as much, over its own cases.
 * Fails when the median with 50 policies takes a millisecond or more.
 */
export async function runAuthorizationBench(): Promise<boolean> {
  const set = await loadPolicies("policies");
  const { cases } = await loadCases("policies");
  const questions = cases.map(({ question }) => question);
  process.stdout.write(
    `${DECISIONS} decisions over ${questions.length} cases each; median = the middle of the sorted times.\n`,
  );
  const medians = SIZES.map((size) => {
    const engine = createPolicyEngine(filledUp(set, size));
    const times = timesOf(engine, questions);
    const [median, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
    process.stdout.write(`${size} policies: median ${ms(median)}, 95th percentile ${ms(p95)}\n`);
    return { size, median };
  });
  const at = (size: number) => medians.find((each) => each.size === size)?.median ?? Number.NaN;
  process.stdout.write(
    `Growth from 10 to 500 policies: ${(at(500) / at(10)).toFixed(2)} times, ${ms((at(500) - at(10)) / 490)} a policy.\n`,
  );
  const isFast = at(50) < LIMIT_MS;
  process.stdout.write(`With 50 policies below ${LIMIT_MS} ms: ${isFast ? "yes" : "no"}.\n`);
  return isFast;
}

/** The first of the set, or all of it and as many copies of its policies under other names as are missing. */
function filledUp(set: PolicySet, size: number): PolicySet {
  const policies = Array.from({ length: size }, (_, index) => {
    const policy = set.policies[index % set.policies.length] as Policy; // the set is never empty
    return index < set.policies.length ? policy : { ...policy, id: `${policy.id}-${index}` };
  });
  return { ...set, policies, hash: `bench ${size}` };
}

function timesOf(engine: PolicyEngine, questions: readonly Question[]): number[] {
  for (const question of questions) engine.decide(question); // warms up
  return Array.from({ length: DECISIONS }, (_, index) => {
    const question = questions[index % questions.length] as Question; // never empty
    const begunAt = performance.now();
    engine.decide(question);
    return performance.now() - begunAt;
  }).sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function ms(time: number): string {
  return `${time.toFixed(4)} ms`;
}
