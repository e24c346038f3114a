/** Where the pointer was last: the note is written there. */
const last = { x: 0, y: 0 };

/** Remembers where the pointer is, from now on. */
export function followPointer(): void {
  const at = ({ clientX, clientY }: PointerEvent) => void Object.assign(last, { x: clientX, y: clientY });
  addEventListener("pointerup", at, { capture: true });
}

/** Asks for the words of a note beside the pointer. Enter keeps them; Escape, or nothing written, gives none. */
export function askNote(done: (text: string) => void, before = ""): void {
  const field = document.createElement("input");
  field.className = "v-note";
  field.value = before;
  field.maxLength = 500;
  field.placeholder = "Note";
  field.setAttribute("aria-label", "Note");
  field.style.left = `${Math.max(0, Math.min(last.x + 6, innerWidth - 220))}px`;
  field.style.top = `${Math.max(0, Math.min(last.y - 12, innerHeight - 40))}px`;
  let open = true;
  const close = (text: string) => {
    if (!open) return;
    open = false;
    field.remove();
    done(text.trim());
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") close(field.value);
    else if (event.key === "Escape") close(before);
  });
  field.addEventListener("blur", () => close(field.value));
  document.body.append(field);
  setTimeout(() => field.focus(), 0);
}
