/**
 * One table for everything that can go wrong at a boundary: rendered as problem+json, as a DICOMweb status, and as a
 * DIMSE status (PS3.4 table B.2-1, PS3.7 annex C).
 */
export const ERRORS = {
  "not-signed-in": { status: 401, title: "Sign in first", dimse: 0x0124 },
  forbidden: { status: 403, title: "You may not do this", dimse: 0x0124 },
  "not-found": { status: 404, title: "Not found", dimse: 0x0110 },
  "bad-request": { status: 400, title: "The request cannot be read", dimse: 0xa900 },
  "not-dicom": { status: 400, title: "Not a DICOM object", dimse: 0xc000 },
  "too-deep": { status: 400, title: "Nested too deeply", dimse: 0xc000 },
  "too-large": { status: 413, title: "Too large", dimse: 0xa700 },
  "method-not-allowed": { status: 405, title: "Not done here with this method", dimse: 0x0211 },
  "not-satisfiable": { status: 416, title: "No such bytes", dimse: 0x0110 },
  "not-acceptable": { status: 406, title: "No such representation", dimse: 0x0122 },
  "unsupported-media": { status: 415, title: "Media type not supported", dimse: 0x0122 },
  "cannot-decode": { status: 406, title: "These pixels cannot be decoded", dimse: 0xc000 },
  conflict: { status: 409, title: "It has changed or exists already", dimse: 0x0111 },
  "not-sent": { status: 412, title: "What is needed was not sent", dimse: 0x0110 },
  "cannot-compute": { status: 422, title: "This cannot be computed", dimse: 0x0110 },
  "no-space": { status: 507, title: "No space left", dimse: 0xa700 },
  "too-many": { status: 429, title: "Too many tries, wait", dimse: 0xa700 },
  unavailable: { status: 503, title: "Not available now", dimse: 0xa700 },
  internal: { status: 500, title: "A fault of ours", dimse: 0x0110 },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** The one error that crosses a boundary. `message` says what was wrong, with the value, and what to do. */
export class WillisError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  constructor(code: ErrorCode, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "WillisError";
    this.code = code;
    this.detail = detail;
  }
}

/** RFC 9457 body of an error; an error that is not ours says nothing of its inside. */
export function problem(error: unknown): { status: number; title: string; detail: string; code: ErrorCode } {
  const code: ErrorCode = error instanceof WillisError ? error.code : "internal";
  const { status, title } = ERRORS[code];
  return { status, title, code, detail: error instanceof WillisError ? error.message : title };
}
