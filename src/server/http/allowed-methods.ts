import type { Route } from "./route.ts";

/**
 * The methods that a path of these routes takes; empty when the path is none of them. For 405 instead of 404 (RFC 9110
 * 15.5.6): who sends the wrong method to a resource that there is should hear that.
 */
export function allowedMethods(routes: readonly Pick<Route, "method" | "url">[], path: string): string[] {
  const bare = path.length > 1 ? path.replace(/\/$/, "") : path;
  const fitting = routes.filter((route) => matcherOf(route.url).test(bare));
  const methods = new Set<string>(fitting.map((route) => route.method));
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods];
}

const matchers = new Map<string, RegExp>();

function matcherOf(url: string): RegExp {
  let known = matchers.get(url);
  if (!known) {
    const pattern = url
      .replace(/[.+?^$()[\]{}|\\]/g, "\\$&")
      .replace(/:\w+/g, "[^/]+")
      .replace("*", ".+");
    known = new RegExp(`^${pattern}$`);
    matchers.set(url, known);
  }
  return known;
}
