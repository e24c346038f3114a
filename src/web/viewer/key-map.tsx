import { useEffect, useRef } from "react";
import { keyName } from "./command.ts";

/** The list of keys over the images. */
export function KeyMap({
  bindings,
  onClose,
}: {
  readonly bindings: readonly { readonly key?: string; readonly says: string }[];
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const bound = bindings.filter((one) => one.key !== undefined);
  return (
    <dialog ref={dialog} className="v-keys" aria-label="Keys" onClose={onClose}>
      <header>
        <h2>Keys</h2>
        <span>Ctrl K finds everything by name</span>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <dl>
        {bound.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{keyName(key!)}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
