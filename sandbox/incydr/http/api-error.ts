/** The known shapes of errors of this API, of neighbouring APIs and of proxies. */
export const ERROR_BODY_SHAPES = ["problem", "array", "html", "text", "empty"] as const;

/** One of those shapes; `problem` is `{problem, description}`, `array` is `[{name, description}]`. */
export type ErrorBodyShape = (typeof ERROR_BODY_SHAPES)[number];

/** A refusal by the API: its status, its code word, and the shape of its body unless a reading has another. */
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

/** A body and its content type; `contentType` is undefined when the body is empty. */
export interface RenderedBody {
  contentType: string | undefined;
  body: string;
}

/** Writes an error in one of the shapes; each but the empty one contains the code word. */
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
