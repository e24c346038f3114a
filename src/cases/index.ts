export * from "./derive.ts";
export * from "./facts.ts";
export * from "./headline.ts";
export * from "./next.ts";
export * from "./summary.ts";
export * from "./timeline.ts";
export * from "./transitions.ts";
export * from "./views.ts";
