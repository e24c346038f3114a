import { useEffect, useId, useRef, useState } from "react";
import { type Command, keyName, matching } from "./command.ts";
import type { PanelContext } from "./side-panel.ts";

interface Props<Context extends PanelContext> {
  readonly commands: readonly Command<Context>[];
  readonly context: () => Context;
  readonly onClose: () => void;
}

/** Everything that can be done here, found by typing some of its letters; each with its key. */
export function CommandPalette<Context extends PanelContext>({ commands, context, onClose }: Props<Context>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const now = context();
  const found = matching(
    commands.filter((command) => command.when?.(now) ?? true),
    typed,
  );
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => {
    dialog.current?.querySelector(`[data-at="${chosen}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const run = (command: Command<Context> | undefined) => {
    if (!command) return;
    dialog.current?.close();
    command.run(context());
  };
  return (
    <dialog ref={dialog} className="v-palette" aria-label="Commands" onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={`${list}-${chosen}`}
        aria-label="What to do"
        placeholder="What to do"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step !== 0) setAt((chosen + step + found.length) % Math.max(1, found.length));
          else if (event.key === "Enter") run(found[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <div role="listbox" id={list} aria-label="Commands">
        {found.map((command, k) => (
          <div
            key={command.id}
            id={`${list}-${k}`}
            role="option"
            tabIndex={-1}
            data-at={k}
            aria-selected={k === chosen}
            onPointerMove={() => k !== chosen && setAt(k)}
            onClick={() => run(command)}
            onKeyDown={(event) => event.key === "Enter" && run(command)}
          >
            <span>{command.says}</span>
            {command.key === undefined ? null : <kbd>{keyName(command.key)}</kbd>}
          </div>
        ))}
        {found.length === 0 ? <p>Nothing here is called that.</p> : null}
      </div>
    </dialog>
  );
}
