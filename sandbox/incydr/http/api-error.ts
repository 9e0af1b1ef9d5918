/** The known shapes of errors of this API, of neighbouring APIs and of proxies. */
export const ERROR_BODY_SHAPES = ["problem", "array", "html", "text", "empty"] as const;

/** The shape of an error. `problem`: `{problem, description}`. `array`: `[{name, description}]`. */
export type ErrorBodyShape = (typeof ERROR_BODY_SHAPES)[number];

/** A refusal by the API: its status, its code, and the default shape of its body. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: string;
  readonly description: string | null;
  readonly knownShape: ErrorBodyShape;

  constructor(
    status: number,
    problem: string,
    description: string | null = null,
    knownShape: ErrorBodyShape = "problem",
  ) {
    super(`${status} ${problem}`);
    this.status = status;
    this.problem = problem;
    this.description = description;
    this.knownShape = knownShape;
  }
}

/** A body and its content type, which is `undefined` for an empty body. */
export interface RenderedBody {
  contentType: string | undefined;
  body: string;
}

/** Renders an error in a shape. Every shape except the empty one contains the code. */
export function renderError(error: ApiError, shape: ErrorBodyShape): RenderedBody {
  const { status, problem, description } = error;
  switch (shape) {
    case "problem":
      return { contentType: "application/json", body: JSON.stringify({ problem, description }) };
    case "array":
      return { contentType: "application/json", body: JSON.stringify([{ name: problem, description }]) };
    case "html":
      return {
        contentType: "text/html; charset=utf-8",
        body: `<html><head><title>${status}</title></head><body><h1>${status} ${problem}</h1><p>${description ?? ""}</p></body></html>`,
      };
    case "text":
      return { contentType: "text/plain; charset=utf-8", body: `${problem}: ${description ?? ""}` };
    case "empty":
      return { contentType: undefined, body: "" };
  }
}
