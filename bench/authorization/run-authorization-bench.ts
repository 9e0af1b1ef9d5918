import {
  createPolicyEngine,
  loadCases,
  loadPolicies,
  type Policy,
  type PolicyEngine,
  type PolicySet,
  type Question,
} from "../../src/authorization/index.ts";

/** Numbers of policies in a measured set. */
const SIZES = [10, 50, 100, 250, 500];
/** In each round every set decides every case once. Other load on the machine then affects all sets alike. */
const ROUNDS = 15;
const LIMIT_MS = 1;

/**
 * Measures how long the product's policies take to decide the product's cases. Copies of the policies fill each set up.
 * The metric of a set is the median of its rounds' medians. Fails if it is a millisecond or more with 50 policies.
 */
export async function runAuthorizationBench(): Promise<boolean> {
  const set = await loadPolicies("policies");
  const { cases } = await loadCases("policies");
  const questions = cases.map(({ question }) => question);
  process.stdout.write(
    `${ROUNDS} rounds of ${questions.length} decisions for each size, taking turns, after one to warm up; median of the rounds' medians.\n`,
  );
  const sets = SIZES.map((size) => ({ size, engine: createPolicyEngine(filledUp(set, size)) }));
  for (const { engine } of sets) medianOf(timesOf(engine, questions));
  const rounds = Array.from({ length: ROUNDS }, () =>
    sets.map(({ engine }) => medianOf(timesOf(engine, questions))),
  );
  const medians = sets.map(({ size }, index) => {
    const each = rounds.flatMap((round) => round[index] ?? []);
    const median = medianOf(each);
    const range = `${ms(Math.min(...each))} to ${ms(Math.max(...each))}`;
    process.stdout.write(`${size} policies: median ${ms(median)} (rounds ${range})\n`);
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

/** The first `size` policies of the set. If it has fewer, copies with other names follow. */
function filledUp(set: PolicySet, size: number): PolicySet {
  const policies = Array.from({ length: size }, (_, index) => {
    const policy = set.policies[index % set.policies.length] as Policy; // the set is never empty
    return index < set.policies.length ? policy : { ...policy, id: `${policy.id}-${index}` };
  });
  return { ...set, policies, hash: `bench ${size}` };
}

function timesOf(engine: PolicyEngine, questions: readonly Question[]): number[] {
  return questions.map((question) => {
    const begunAt = performance.now();
    engine.decide(question);
    return performance.now() - begunAt;
  });
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function ms(time: number): string {
  return `${time.toFixed(4)} ms`;
}
