import { ANGIO_PANELS, type AngioContext } from "./angio-panels.ts";
import { PanelBoundary } from "./panel-boundary.tsx";

interface Props {
  readonly context: AngioContext;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The panels that fit the run: their names in a row, the chosen one below. Nothing while none fits. */
export function PanelStack({ context, chosen, onChoose }: Props) {
  const fitting = ANGIO_PANELS.filter(({ fits }) => fits(context));
  const open = fitting.find(({ id }) => id === chosen) ?? fitting[0];
  if (!open) return null;
  const { Panel } = open;
  return (
    <>
      <nav className="v-panel-names" aria-label="Panels">
        {fitting.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === open.id} onClick={() => onChoose(id)}>
            {name}
          </button>
        ))}
      </nav>
      <PanelBoundary key={open.id} name={open.name}>
        <Panel {...context} />
      </PanelBoundary>
    </>
  );
}
