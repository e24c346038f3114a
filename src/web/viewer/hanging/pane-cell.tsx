import { type DragEvent, type ReactNode, useState } from "react";

/** What is dragged from the strip to a pane. */
export const DRAGGED_SERIES = "application/x-willis-series";
/** What is dragged from one pane to another. */
const DRAGGED_PANE = "application/x-willis-pane";

interface Props {
  readonly index: number;
  /** Words in the place of an image. */
  readonly waits?: string | undefined;
  readonly onSeries: (seriesUid: string) => void;
  readonly onSwap: (other: number) => void;
  readonly onSolo: () => void;
  readonly children?: ReactNode;
}

/** The place of a pane: takes what is dragged to it, fills the room on a double click, says what it waits for. */
export function PaneCell({ index, waits, onSeries, onSwap, onSolo, children }: Props) {
  const [over, setOver] = useState(false);
  const takes = (event: DragEvent) =>
    event.dataTransfer.types.includes(DRAGGED_SERIES) || event.dataTransfer.types.includes(DRAGGED_PANE);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped and double-clicked here has keys of its own.
    <div
      className={`v-cell${over ? " v-over" : ""}`}
      data-cell={index + 1}
      onDoubleClick={(event) => (event.target as HTMLElement).closest("button, select, input, label") || onSolo()}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!takes(event)) return;
        event.preventDefault();
        event.stopPropagation();
        const seriesUid = event.dataTransfer.getData(DRAGGED_SERIES);
        if (seriesUid) onSeries(seriesUid);
        else onSwap(Number(event.dataTransfer.getData(DRAGGED_PANE)));
      }}
    >
      {children}
      {waits === undefined ? null : (
        <p className="v-waits" role="status">
          {waits}
        </p>
      )}
      {children && (
        <button
          type="button"
          className="v-grip"
          draggable
          tabIndex={-1}
          aria-hidden="true"
          title="Drag to another pane to change places"
          onDragStart={(event) => event.dataTransfer.setData(DRAGGED_PANE, String(index))}
        >
          ⠿
        </button>
      )}
    </div>
  );
}
