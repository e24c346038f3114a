import type { GridName } from "../../../cases/hanging-layout.ts";
import { SCRIPTS } from "./scripts/index.ts";
import type { Hanging } from "./use-hanging.ts";

const GRIDS: readonly { readonly name: GridName; readonly says: string; readonly boxes: readonly string[] }[] = [
  { name: "1", says: "One pane", boxes: ["0 0 14 10"] },
  { name: "2", says: "Two panes", boxes: ["0 0 6 10", "8 0 6 10"] },
  { name: "1+2", says: "One large, two small", boxes: ["0 0 8 10", "10 0 4 4", "10 6 4 4"] },
  { name: "2x2", says: "Four panes", boxes: ["0 0 6 4", "8 0 6 4", "0 6 6 4", "8 6 6 4"] },
  {
    name: "3x2",
    says: "Six panes",
    boxes: [0, 5, 10].flatMap((x) => [`${x} 0 4 4`, `${x} 6 4 4`]),
  },
];

/** A stage for which nothing is here shows only while something may still come for it. */
const shownStage = ({ ready, current, waits }: Hanging["stages"][number]) => ready || current || waits;

interface Props {
  readonly hanging: Hanging;
  readonly onSave: () => void;
  readonly onRemove: (layoutId: string) => void;
}

/** The script that is read, its stages, the question of this one, and how the panes lie. */
export function StageBar({ hanging, onSave, onRemove }: Props) {
  const { script, stages, question, grid, kept, layouts, own } = hanging;
  const saved = script.id.startsWith("saved:") ? script.id.slice("saved:".length) : undefined;
  return (
    <div className="v-stages">
      <label className="v-choice">
        {script.name}
        <select aria-label="Reading script" value={script.id} onChange={({ target }) => hanging.choose(target.value)}>
          <optgroup label="Read as">
            {SCRIPTS.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
                {id === own.id ? " (fits this case)" : ""}
              </option>
            ))}
          </optgroup>
          {layouts.length > 0 ? (
            <optgroup label="Saved layouts">
              {layouts.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ) : null}
        </select>
      </label>
      {stages.length > 1 ? (
        <nav aria-label="Stages">
          {stages.filter(shownStage).map(({ id, title, ready, current }) => (
            <button
              key={id}
              type="button"
              aria-current={current ? "step" : undefined}
              data-ready={ready}
              disabled={!ready && !current}
              title={ready ? `${title} (Space: next)` : `${title}: no such series here yet`}
              onClick={() => hanging.open(id)}
            >
              {title}
            </button>
          ))}
        </nav>
      ) : null}
      <p className="v-question">{question}</p>
      {kept > 0 ? (
        <button type="button" className="v-anew" title="As the script hangs it (Shift+R)" onClick={hanging.anew}>
          {kept === 1 ? "1 pane kept" : `${kept} panes kept`} · hang anew
        </button>
      ) : null}
      {saved ? (
        <button type="button" className="v-anew" onClick={() => onRemove(saved)}>
          Delete this layout
        </button>
      ) : null}
      <div className="v-grids" role="toolbar" aria-label="Layout">
        {GRIDS.map(({ name, says, boxes }, k) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === grid}
            aria-label={says}
            title={`${says} (Shift+${k + 1})`}
            onClick={() => hanging.setGrid(name)}
          >
            <svg viewBox="-1 -1 16 12" width="20" height="15" aria-hidden="true">
              {boxes.map((box) => {
                const [x, y, width, height] = box.split(" ");
                return <rect key={box} x={x} y={y} width={width} height={height} rx="0.8" />;
              })}
            </svg>
          </button>
        ))}
        <button type="button" onClick={onSave}>
          Save
        </button>
      </div>
    </div>
  );
}
