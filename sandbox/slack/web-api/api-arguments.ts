import { ApiRefusal } from "./api-refusal.ts";

/** The arguments of one Web API call, from a JSON body, or from a form with nested values as JSON text. */
export interface ApiArguments {
  /** `undefined` if it is missing or empty. */
  text(name: string): string | undefined;
  /** Throws `invalid_arguments` if it is missing. */
  requiredText(name: string): string;
  flag(name: string): boolean;
  /** Throws `invalid_arguments` if it isn't a whole number. */
  integer(name: string): number | undefined;
  /** A nested value. Throws `refusal` (default `invalid_arguments`) if it is invalid JSON. */
  nested(name: string, refusal?: string): unknown;
  has(name: string): boolean;
}

/** Reads a decoded request body. */
export function readApiArguments(body: Record<string, unknown>): ApiArguments {
  const text = (name: string) => {
    const value = body[name];
    return value === undefined || value === null || value === "" ? undefined : String(value);
  };
  return {
    text,
    has: (name) => body[name] !== undefined && body[name] !== null,
    requiredText: (name) => text(name) ?? missing(name),
    flag: (name) => ["true", "1"].includes(text(name) ?? ""),
    integer: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      return /^\d+$/.test(value) ? Number(value) : invalid(`must be a valid integer: ${name}`);
    },
    nested: (name, refusal) => {
      const value = body[name];
      if (typeof value !== "string") return value ?? undefined;
      if (value === "") return undefined;
      try {
        return JSON.parse(value);
      } catch {
        throw refusal ? new ApiRefusal(refusal) : invalid(`must be valid JSON: ${name}`);
      }
    },
  };
}

function missing(name: string): never {
  return invalid(`missing required field: ${name}`);
}

function invalid(message: string): never {
  throw new ApiRefusal("invalid_arguments", { response_metadata: { messages: [`[ERROR] ${message}`] } });
}
