import { cssGradient, EMBER } from "./colour-map.ts";
import type { MapStyle } from "./parametric-map.ts";

const GRADIENT = cssGradient(EMBER);

/** The colour scale of a map with its unit, and a tick at the clinical threshold. */
export function MapLegend({ style }: { readonly style: MapStyle }) {
  const { low, high, unit, threshold } = style;
  const at = threshold ? (100 * (threshold.value - low)) / (high - low) : 0;
  return (
    <figure className="v-legend" aria-label={`${style.label} from ${low} to ${high} ${unit}`}>
      <figcaption className="v-legend-high">
        {high} {unit}
      </figcaption>
      <div className="v-legend-bar" style={{ background: GRADIENT }}>
        {threshold && (
          <span className="v-legend-tick" style={{ bottom: `${at}%`, background: threshold.colour }}>
            <span>{threshold.value}</span>
          </span>
        )}
      </div>
      <figcaption className="v-legend-low">{low}</figcaption>
    </figure>
  );
}
