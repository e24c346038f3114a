import { fieldOf } from "../knowledge/dictionary.ts";

/** One thing that happened to a case; events are appended and never changed. */
export type CaseEvent =
  | { readonly kind: "created"; readonly kindOfCase: string; readonly to: string }
  | { readonly kind: "changed"; readonly fields: readonly string[] }
  | { readonly kind: "fact"; readonly name: string; readonly value: string | number | boolean; readonly unit: string }
  | {
      readonly kind: "scored";
      readonly name: string;
      readonly occasion: string;
      /** Null: it could not be added up. */
      readonly value: number | string | null;
      readonly unit: string;
      readonly reading: string;
      /** Why an earlier score was corrected; empty when none was. */
      readonly correction: string;
    }
  | { readonly kind: "measured"; readonly names: readonly string[]; readonly method: string }
  | {
      readonly kind: "retracted";
      readonly name: string;
      readonly value: string | number | boolean;
      readonly reason: string;
    }
  | { readonly kind: "images"; readonly count: number; readonly studyUid: string }
  | { readonly kind: "study-removed"; readonly studyUid: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "referred"; readonly to: string; readonly dueAt: string }
  | { readonly kind: "supplied"; readonly names: readonly string[] }
  | {
      readonly kind: "answered";
      readonly answer: string;
      readonly option: string;
      readonly reason: string;
      readonly decisionId: string;
    }
  | { readonly kind: "pdf-failed"; readonly text: string }
  | {
      readonly kind: "deviation";
      readonly recommendation: string;
      readonly subject: string;
      /** Body and year. */
      readonly source: string;
      readonly direction: string;
      readonly why: string;
    }
  | {
      readonly kind: "deviation-withdrawn";
      readonly recommendation: string;
      readonly subject: string;
      readonly source: string;
    }
  | {
      readonly kind: "trial-candidate";
      readonly trial: string;
      readonly acronym: string;
    }
  | {
      readonly kind: "trial-outcome";
      readonly trial: string;
      readonly acronym: string;
      readonly outcome: string;
      readonly reason: string;
    }
  | {
      readonly kind: "procedure-scheduled";
      readonly what: string;
      readonly accession: string;
      /** AE title; empty: any. */
      readonly station: string;
      readonly startsAt: string;
      readonly moved?: boolean;
    }
  | { readonly kind: "procedure-cancelled"; readonly what: string; readonly reason: string }
  | { readonly kind: "procedure-started"; readonly what: string; readonly station: string }
  | {
      readonly kind: "procedure-ended";
      readonly outcome: "COMPLETED" | "DISCONTINUED";
      readonly what: string;
      readonly series: number;
      readonly images: number;
      /** Gy·cm². */
      readonly doseAreaProduct: number | null;
      readonly fluoroscopySeconds: number | null;
      readonly reason: string;
    }
  | { readonly kind: "priors"; readonly from: string; readonly found: number; readonly chosen: number }
  | { readonly kind: "closed" };

const ANSWERS: Readonly<Record<string, string>> = {
  accept: "accepted",
  "need-data": "asked for data",
  decline: "declined",
};

/** An event in a sentence for the timeline. An event this version does not know shows its kind. */
export function eventWords(event: CaseEvent): string {
  const label = (name: string) => fieldOf(name)?.label ?? name;
  switch (event.kind) {
    case "created":
      return `opened a ${event.kindOfCase} case for ${event.to}`;
    case "changed":
      return `changed ${event.fields.join(", ")}`;
    case "fact":
      return `${label(event.name)}: ${valueWords(event.name, event.value)}${event.unit ? ` ${event.unit}` : ""}`;
    case "scored":
      return scoreWords(event);
    case "measured":
      return `${event.method} measured ${event.names.map(label).join(", ")}`;
    case "retracted":
      return `took back ${label(event.name)} ${valueWords(event.name, event.value)}: ${event.reason}`;
    case "images":
      return event.count > 1 ? `attached a study of ${event.count} images` : "images began to arrive";
    case "study-removed":
      return "removed a study from the case";
    case "warning":
      return event.text;
    case "referred":
      return `referred to ${event.to}`;
    case "supplied":
      return `supplied ${event.names.map(label).join(", ")}`;
    case "answered":
      return [ANSWERS[event.answer] ?? event.answer, event.option, event.reason].filter(Boolean).join(": ");
    case "pdf-failed":
      return event.text;
    case "deviation":
      return `does not follow ${event.source}${event.direction === "against" ? ", which advises against" : " on"} ${event.subject}: ${event.why}`;
    case "deviation-withdrawn":
      return `took back that ${event.source} on ${event.subject} is not followed`;
    case "trial-candidate":
      return `inside every condition of ${event.acronym}: may be enrolled`;
    case "trial-outcome":
      return `${event.acronym}: ${[event.outcome.replaceAll("-", " "), event.reason].filter(Boolean).join(", ")}`;
    case "procedure-scheduled":
      return `${event.moved ? "moved" : "put"} ${event.what} on the worklist${event.station ? ` of ${event.station}` : ""}, accession ${event.accession}`;
    case "procedure-cancelled":
      return `took ${event.what} off the worklist: ${event.reason}`;
    case "procedure-started":
      return `procedure started${event.station ? ` at ${event.station}` : ""}: ${event.what}`;
    case "procedure-ended":
      return endWords(event);
    case "priors":
      return event.found === 0
        ? `${event.from} has no earlier studies`
        : `${event.from} has ${event.found} earlier ${event.found === 1 ? "study" : "studies"}, ${event.chosen === 0 ? "none" : event.chosen} of them fetched`;
    case "closed":
      return "closed the case";
    default:
      return (event as { kind: string }).kind;
  }
}

function scoreWords(event: Extract<CaseEvent, { kind: "scored" }>): string {
  const { name, occasion, value, unit, reading, correction } = event;
  const number = typeof value === "number" ? Math.round(value * 100) / 100 : value;
  const total = value === null ? "no total" : [number, unit].filter((part) => part !== "").join(" ");
  const what = [`${name}${occasion ? ` ${occasion}` : ""}: ${total}`, reading].filter(Boolean).join(", ");
  return correction ? `corrected ${what} (${correction})` : `scored ${what}`;
}

function endWords(event: Extract<CaseEvent, { kind: "procedure-ended" }>): string {
  const { series, images, doseAreaProduct, fluoroscopySeconds, reason } = event;
  const figures = [
    series > 0 ? `${series} series${images > 0 ? ` of ${images} objects` : ""}` : "no series",
    doseAreaProduct === null ? "" : `dose area product ${Number(doseAreaProduct.toPrecision(4))} Gy·cm²`,
    fluoroscopySeconds === null ? "" : `fluoroscopy ${Math.round(fluoroscopySeconds / 6) / 10} min`,
  ].filter(Boolean);
  const end = event.outcome === "COMPLETED" ? "procedure ended" : `procedure broken off${reason ? ` (${reason})` : ""}`;
  return `${end}: ${[event.what, ...figures].filter(Boolean).join(", ")}`;
}

/** An event with its time and who did it. */
export interface PlacedEvent {
  readonly at: string;
  readonly by: string;
  readonly event: CaseEvent;
}

const ONE_SITTING_MS = 10 * 60_000;

/** For reading: changes that one person made in one sitting (gaps under 10 minutes) as one, at the time of the last. */
export function joinChanges(events: readonly PlacedEvent[]): PlacedEvent[] {
  const joined: PlacedEvent[] = [];
  for (const next of events) {
    const last = joined.at(-1);
    if (
      last?.event.kind === "changed" &&
      next.event.kind === "changed" &&
      last.by === next.by &&
      Date.parse(next.at) - Date.parse(last.at) < ONE_SITTING_MS
    ) {
      const fields = [...new Set([...last.event.fields, ...next.event.fields])];
      joined[joined.length - 1] = { ...next, event: { kind: "changed", fields } };
    } else joined.push(next);
  }
  return joined;
}

/** A value as a person says it: yes and no by the dictionary's words where it has them. */
export function valueWords(name: string, value: string | number | boolean): string {
  if (typeof value !== "boolean") return String(value);
  return fieldOf(name)?.words?.[value ? 0 : 1] ?? (value ? "yes" : "no");
}
