import { type FormEvent, useEffect, useRef, useState } from "react";
import type { CaseView } from "../../cases/views.ts";
import { sendMessage } from "../api/acts.ts";
import { useMinute } from "../api/clock.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { sayProblem } from "../design/toast.tsx";
import { clockTime, exactTime } from "./elapsed.ts";
import "./thread.css";

/** The conversation between the two hospitals, with what Willis itself did in between. */
export function Thread({ shown }: { readonly shown: CaseView }) {
  const [body, setBody] = useState("");
  const [busy, setBusy] = useState(false);
  const now = useMinute();
  const list = useRef<HTMLOListElement>(null);
  const last = shown.messages.at(-1)?.id;

  useEffect(() => {
    const element = list.current;
    if (element && last !== undefined) element.scrollTop = element.scrollHeight;
  }, [last]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!body.trim()) return;
    setBusy(true);
    try {
      await sendMessage(shown.id, body.trim());
      setBody("");
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="thread" aria-label="Thread">
      <ol className="thread-list" ref={list} aria-live="polite" data-testid="thread">
        {shown.messages.length === 0 ? (
          <li className="sub">Nobody has written yet. Both hospitals read this thread.</li>
        ) : null}
        {shown.messages.map((message) => {
          const at = Date.parse(message.at);
          return (
            <li key={message.id} className={`message ${message.by ? "" : "by-willis"}`} data-testid="message">
              <div>
                <b>{message.by?.name ?? "Willis"}</b>{" "}
                <span className="sub" title={exactTime(at)}>
                  {message.by ? `${message.by.organisation} · ` : ""}
                  {clockTime(at, now)}
                </span>
              </div>
              <div className="message-body">{message.body}</div>
            </li>
          );
        })}
      </ol>
      <form className="thread-write" onSubmit={(event) => void send(event)}>
        <TextField
          label="Message"
          aria-label="Message to both hospitals"
          placeholder={`Write to ${shown.from.name} and ${shown.to.name}`}
          value={body}
          onChange={setBody}
          data-testid="thread-input"
        />
        <Button type="submit" isDisabled={busy || !body.trim()} data-testid="thread-send">
          Send
        </Button>
      </form>
    </section>
  );
}
