import { WillisError } from "../core/errors.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const UNREACHABLE = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);
/** What pg says of a connection that broke and of one that it could not get; it gives them no code. */
const BROKEN =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Cannot use a pool after calling end)/;

/**
 * The error of the one table for a disk, a database or a network that is away or full: something that passes, and of
 * which the client must be told to come again. Null for anything else. Nothing was acknowledged when one of these came.
 */
export function outage(error: unknown): WillisError | null {
  if (!(error instanceof Error) || error instanceof WillisError) return null;
  const { code = "", syscall = "" } = error as NodeJS.ErrnoException;
  if (FULL.has(code))
    return new WillisError("no-space", "There is no space left where images are kept: free some, then send again.");
  if (code === "EROFS")
    return new WillisError("unavailable", "The disk where images are kept is read-only: make it writable, send again.");
  if (code === "EIO" || code === "ESTALE" || code === "ENODEV")
    return new WillisError("unavailable", "The disk where images are kept fails: look at it, then send again.");
  if (code === "EMFILE" || code === "ENFILE")
    return new WillisError("unavailable", "The server has too many files open: wait a moment, then try again.");
  const isSqlState = /^(08...|53[03]00|57P0[1-5])$/.test(code); // connection, resources, shutting down or starting up
  if (isSqlState || BROKEN.test(error.message) || UNREACHABLE.has(code) || (code === "ENOENT" && syscall === "connect"))
    return new WillisError("unavailable", "The database cannot be reached now: try again in a moment.", {
      retryAfter: 2,
    });
  return null;
}

/** Whether an error will pass by itself: what met it is to be tried again, not to be called failed. */
export function willPass(error: unknown): boolean {
  const known = outage(error) ?? error;
  return known instanceof WillisError && (known.code === "unavailable" || known.code === "no-space");
}
