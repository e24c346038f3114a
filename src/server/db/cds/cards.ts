import type { IssuedCard } from "../../cds/card.ts";
import { type Pool, type Sql, transaction } from "../pool.ts";

/** What one call was answered with. */
export interface IssuedCall {
  readonly clientId: string;
  readonly service: string;
  readonly hookInstance: string;
  readonly cards: readonly IssuedCard[];
  readonly at: Date;
}

/** Keeps the cards of a call before they go out. No patient and no value: only what was spoken of. */
export async function keepCards(sql: Sql, call: IssuedCall): Promise<void> {
  if (call.cards.length === 0) return;
  await sql.query(
    `insert into cds_card (uuid, client_id, service, hook_instance, at, indicator, topic, recommendations)
     select uuid, $1, $2, $3, $4, indicator, topic, recommendations
     from jsonb_to_recordset($5::jsonb) as t(uuid uuid, indicator text, topic text, recommendations jsonb)`,
    [
      call.clientId,
      call.service,
      call.hookInstance,
      call.at,
      JSON.stringify(
        call.cards.map(({ card, recommendations }) => ({
          uuid: card.uuid,
          indicator: card.indicator,
          topic: card.source.topic.code,
          recommendations,
        })),
      ),
    ],
  );
}

/** A reason as a reader chose it. */
interface Reason {
  readonly code: string;
  readonly system?: string;
  readonly display?: string;
}

/** What became of one card. */
export interface CardFeedback {
  readonly card: string;
  readonly outcome: "accepted" | "overridden";
  readonly reason: Reason | null;
  /** Ids of accepted suggestions, as they came; our cards make none. */
  readonly suggestions: readonly string[];
  readonly comment: string;
  readonly outcomeAt: Date;
}

/**
 * Keeps feedback on cards that went to this client from this service, all of it or none. Returns the uuids that did not;
 * when there is one, nothing was kept. The same report told again changes nothing.
 */
export function keepFeedback(
  pool: Pool,
  clientId: string,
  service: string,
  all: readonly CardFeedback[],
  now: Date,
): Promise<readonly string[]> {
  return transaction(pool, async (sql) => {
    const wanted = [...new Set(all.map(({ card }) => card))];
    const { rows } = await sql.query<{ uuid: string }>(
      "select uuid from cds_card where uuid = any($1::uuid[]) and client_id = $2 and service = $3",
      [wanted, clientId, service],
    );
    const known = new Set(rows.map(({ uuid }) => uuid));
    const strange = wanted.filter((uuid) => !known.has(uuid));
    if (strange.length > 0) return strange;
    for (const { card, outcome, reason, suggestions, comment, outcomeAt } of all)
      await sql.query(
        `insert into cds_feedback (card, outcome, reason, suggestions, comment, outcome_at, received_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (card, outcome, outcome_at) do nothing`,
        [card, outcome, reason && JSON.stringify(reason), JSON.stringify(suggestions), comment, outcomeAt, now],
      );
    return [];
  });
}

/** One row of what became of the cards of an organisation's EHRs. */
export interface FeedbackRow {
  readonly card: string;
  readonly at: string;
  readonly service: string;
  readonly topic: string;
  readonly recommendations: IssuedCard["recommendations"];
  readonly outcome: string;
  readonly reason: Reason | null;
  readonly comment: string;
  readonly outcomeAt: string;
  readonly client: string;
}

/** Feedback on cards of the clients of an organisation, newest first, at most `limit`. */
export async function feedbackOf(sql: Sql, organisationId: string, limit: number): Promise<readonly FeedbackRow[]> {
  const { rows } = await sql.query(
    `select f.card, c.at, c.service, c.topic, c.recommendations, f.outcome, f.reason, f.comment,
       f.outcome_at as "outcomeAt", client.name as client
     from cds_feedback f join cds_card c on c.uuid = f.card join cds_client client on client.id = c.client_id
     where client.organisation_id = $1 order by f.id desc limit $2`,
    [organisationId, limit],
  );
  return rows;
}
