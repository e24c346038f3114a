import { Type } from "typebox";
import { addMessage, messagesOf } from "../db/cases/messages.ts";
import type { Route } from "../http/route.ts";

export const messageRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/messages",
    access: { on: "case", act: "read" },
    summary: "The thread of a case",
    handle: async ({ services, scope }) => ({ messages: await messagesOf(services.pool, scope.caseId!) }),
  },
  {
    method: "POST",
    url: "/api/cases/:case/messages",
    access: { on: "case", act: "write" },
    summary: "Writes into the thread of a case",
    schema: { body: Type.Object({ body: Type.String({ minLength: 1, maxLength: 8000 }) }) },
    handle: async ({ request, reply, services, person, scope }) => {
      const { body } = request.body as { body: string };
      const caseId = scope.caseId!;
      const id = await addMessage(services.pool, caseId, body, person.id, services.now());
      await services.live.publish({ type: "case", caseId, what: "message" });
      reply.code(201);
      return (await messagesOf(services.pool, caseId)).find((message) => message.id === id);
    },
  },
];
