/**
 * What the live channel says: that something changed, never what it contains. The client asks for it again through the
 * ordinary routes, so authorisation is decided there, once.
 */
export type LiveEvent =
  | {
      readonly type: "case";
      readonly caseId: string;
      readonly what: "created" | "facts" | "images" | "answer" | "message" | "status";
    }
  | {
      readonly type: "analysis";
      readonly analysisId: string;
      readonly studyId: number;
      readonly state: string;
      readonly step: string;
      readonly progress: number;
    }
  | { readonly type: "study"; readonly studyId: number; readonly instances: number };

export interface Live {
  /** Sends to every server on this database (NOTIFY) and so to every listening person who may see it. */
  publish(event: LiveEvent): Promise<void>;
  /** Called for each event, from whichever server. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  stop(): Promise<void>;
}
