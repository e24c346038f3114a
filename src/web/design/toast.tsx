import {
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { Button } from "./button.tsx";

interface ToastText {
  readonly text: string;
  readonly look: "plain" | "wait";
  readonly act?: { readonly label: string; readonly do: () => void };
}

const queue = new ToastQueue<ToastText>({ maxVisibleToasts: 3 });

/** Says what has just happened; with an act (for example "Take back") when there is one. */
export function say(text: string, act?: ToastText["act"]): void {
  queue.add({ text, look: "plain", ...(act ? { act } : {}) }, { timeout: 6000 });
}

/** Says what went wrong. Stays until it is closed. */
export function sayProblem(error: unknown): void {
  queue.add({ text: error instanceof Error ? error.message : String(error), look: "wait" }, { timeout: 20_000 });
}

export function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast }) => (
        <AriaToast toast={toast} className={`toast ${toast.content.look}`}>
          <ToastContent className="toast-text">
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.act ? (
            <Button
              look="link"
              onPress={() => {
                toast.content.act?.do();
                queue.close(toast.key);
              }}
            >
              {toast.content.act.label}
            </Button>
          ) : null}
          <Button slot="close" look="quiet" aria-label="Close">
            ✕
          </Button>
        </AriaToast>
      )}
    </ToastRegion>
  );
}
