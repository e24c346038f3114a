import { useSyncExternalStore } from "react";

function mediaHook(query: string): () => boolean {
  const list = typeof matchMedia === "function" ? matchMedia(query) : null;
  const subscribe = (listener: () => void) => {
    list?.addEventListener("change", listener);
    return () => list?.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => list?.matches ?? false);
}

/** Whether the page is as narrow as a phone; the same width as in the style sheets. */
export const useIsPhone = mediaHook("(max-width: 720px)");

/** Whether images are held in a hand: a phone upright, or on its side, where it is as wide as a small desktop. */
export const useIsHandheld = mediaHook("(max-width: 720px), (max-height: 480px) and (pointer: coarse)");
