import { identify } from "../auth/identify.ts";
import type { Route } from "../http/route.ts";
import { eventFilter } from "../realtime/visible-events.ts";

const HEARTBEAT_MS = 15_000;

export const liveRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/live",
    access: { on: "list", of: "live" },
    summary: "Server-sent events: what changed among the cases and studies that the person may see",
    handle: ({ request, reply, services, person }) => {
      const maySee = eventFilter(services.pool, person);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      reply.raw.write("retry: 2000\n: hello\n\n");
      let order: Promise<unknown> = Promise.resolve();
      const leave = services.live.subscribe((event) => {
        const visible = maySee(event).catch(() => false);
        order = order.then(async () => {
          if ((await visible) && !reply.raw.destroyed) {
            reply.raw.write(`event: willis\ndata: ${JSON.stringify(event)}\n\n`);
          }
        });
      });
      // A session that ended, a token that was revoked, a person who was disabled: the channel ends with it.
      const heartbeat = setInterval(() => {
        identify(services, request)
          .then((still) => (still?.id === person.id ? reply.raw.write(": still here\n\n") : reply.raw.end()))
          .catch(() => reply.raw.end());
      }, HEARTBEAT_MS);
      const end = () => reply.raw.end();
      request.server.channels.add(end);
      reply.raw.once("close", () => {
        clearInterval(heartbeat);
        leave();
        request.server.channels.delete(end);
      });
    },
  },
];
