import type { FastifyInstance } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import { WillisError } from "../../core/index.ts";

/**
 * Checks what comes in against the route's TypeBox schema. Text of the address (path, query) is converted to numbers and
 * booleans where the schema asks for them; a body is taken as it is: "12" is not 12 and true is not 1.
 */
export function checkBySchema(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const checker = Compile(schema);
    return (data: unknown) => {
      const value = httpPart === "body" ? data : Value.Convert(schema, data);
      if (checker.Check(value)) return { value };
      const first = checker.Errors(value)[0];
      const at = first?.instancePath.replaceAll("/", ".").replace(/^\./, "") || httpPart || "the request";
      return {
        error: new WillisError("bad-request", `${httpPart} ${at}: ${first?.message ?? "does not fit"}`, { at }),
      };
    };
  });
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}
