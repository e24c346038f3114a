import type { FastifyReply } from "fastify";

/** Says that the answer depends on these headers of the request, beside what was said before. */
export function varyBy(reply: FastifyReply, ...headers: readonly string[]): FastifyReply {
  const said = String(reply.getHeader("vary") ?? "")
    .split(", ")
    .filter((one) => one !== "" && !headers.includes(one));
  return reply.header("vary", [...headers, ...said].join(", "));
}
