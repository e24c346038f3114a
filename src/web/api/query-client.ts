import { QueryCache, QueryClient } from "@tanstack/react-query";
import { isFinal, Problem } from "./client.ts";

/** Where the page goes when the session has ended; set by the router. */
let onSignedOut: () => void = () => {};

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof Problem && error.status === 401) onSignedOut();
    },
  }),
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: 20_000,
      retry: (count, error) => !isFinal(error) && count < 2,
      retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 8000),
    },
    mutations: { networkMode: "always", retry: false },
  },
});
