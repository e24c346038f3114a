import type { SwaggerOptions } from "@fastify/swagger";
import { VERSION } from "./version.ts";

/** How the interface describes itself at `/api/openapi.json`. */
export const openApi: SwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "Willis",
      version: VERSION,
      description:
        "Referrals, images, numbers, options and decisions. Not a medical device. Times are ISO 8601 UTC; errors are application/problem+json.",
      license: { name: "Apache-2.0" },
    },
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        cdsClient: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A token that a registered EHR signs for each call, as CDS Hooks 2.0 says",
        },
        session: { type: "apiKey", in: "cookie", name: "willis_session" },
      },
    },
    security: [{ token: [] }, { session: [] }],
  },
};
