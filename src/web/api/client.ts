/** What the server said was wrong (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Whatever else the body held, e.g. which field. */
  readonly detail: Readonly<Record<string, unknown>>;
  constructor(status: number, code: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The problem a refused answer carries; an answer that is not problem+json is told by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not JSON: a proxy or a server that is starting. The status says enough.
  }
  const said = typeof body.detail === "string" ? body.detail : body.title;
  const message = typeof said === "string" ? said : `The server answered ${response.status}. Try again in a moment.`;
  return new Problem(response.status, typeof body.code === "string" ? body.code : "internal", message, body);
}

/**
 * Asks the server for JSON. `X-Willis` marks a request of this page (cross-site pages cannot set it). Throws Problem;
 * code "offline" when no answer came at all.
 */
export async function ask<T>(path: string, { method = "GET", json, body, headers, signal }: Ask = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      // Frames of a large study wait in the same queue (six connections a host): what the page itself asks goes first.
      priority: body === undefined ? "high" : "low",
      headers: {
        Accept: "application/json",
        ...(method === "GET" ? {} : { "X-Willis": "1" }),
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "offline", "Willis cannot be reached. Check the network; nothing you typed is lost.");
  }
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** True for answers that asking again will not change. */
export function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429;
}
