type Payload = Readonly<Record<string, unknown>>;
type Random = () => number;

/** Values that stand in the place of any field. */
const VALUES: readonly unknown[] = [
  null,
  undefined,
  "",
  " ",
  "\u0000",
  "\uD83D",
  "a\u202Eb\r\nc",
  "undefined",
  "__proto__",
  "x".repeat(5_000),
  "9".repeat(400),
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  { id: null },
  { value: { value: [] } },
  "U0NOBODY",
  "C0NOWHERE",
  "1.1",
  "../../etc/passwd",
  "http://127.0.0.1:9/none",
  "' or 1=1 --",
  "<!channel>",
];

/** A text and an object that are larger than anything Slack sends. Rare, since they take long to send. */
const HUGE: readonly unknown[] = ["\u{1F600}".repeat(100_000), nested(2_000)];

/** Makes the function that spoils a payload in one to three places, the same way for the same seed. */
export function createMutations({ seed }: { seed: number }): (payload: Payload) => Payload {
  const random = createRandom(seed);
  return (payload) => {
    const spoilt = structuredClone(payload) as Record<string, unknown>; // a payload is plain data
    for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) spoil(spoilt, random);
    return spoilt;
  };
}

function spoil(payload: Record<string, unknown>, random: Random): void {
  const fields = fieldsOf(payload);
  const [parent, key] = pick(fields, random) ?? [payload, "type"];
  const { [key]: value } = parent;
  const other = pick(fields, random);
  switch (Math.floor(random() * 8)) {
    case 0:
      delete parent[key];
      return;
    case 1:
      parent[`${key}_`] = value;
      delete parent[key];
      return;
    case 2:
      parent[key] = Array.isArray(value) ? Object.fromEntries(value.entries()) : [value];
      return;
    case 3:
      parent[key] = other ? structuredClone(other[0][other[1]]) : null;
      return;
    case 4:
      parent[key] = typeof value === "string" ? `${value}${value}` : String(value);
      return;
    case 5:
      parent[key] = random() < 0.05 ? pick(HUGE, random) : structuredClone(pick(VALUES, random));
      return;
    default:
      parent[key] = structuredClone(pick(VALUES, random));
  }
}

/** Every field at any depth, as the object or array that holds it and its name. */
function fieldsOf(value: Record<string, unknown>): [parent: Record<string, unknown>, key: string][] {
  const fields: [Record<string, unknown>, string][] = [];
  const waiting = [value];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const [key, member] of Object.entries(next)) {
      fields.push([next, key]);
      // Arrays are objects with numbers for names. What was spoilt already may be too large to go through.
      if (typeof member === "object" && member !== null && fields.length < 500)
        waiting.push(member as Record<string, unknown>);
    }
  }
  return fields;
}

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function pick<T>(values: readonly T[], random: Random): T | undefined {
  return values[Math.floor(random() * values.length)];
}

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
