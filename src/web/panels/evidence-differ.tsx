import {
  type Asked,
  type BodyVoice,
  disagreementsOf,
  type PointOfDifference,
  voicesOf,
} from "../../knowledge/difference.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { CaseOptions, TreatmentOption } from "../../knowledge/options.ts";
import { trialBox } from "../../knowledge/trial-box.ts";
import { Criterion, State } from "../design/mark.tsx";
import { gradeWords } from "./grade.ts";
import { cardVerdict, MET } from "./option-card.tsx";
import { differenceTitle } from "./option-marks.tsx";

/** Where bodies differ on this patient: both sides beside each other, and the condition on which they part. */
export function Disagreements({
  option,
  options,
}: {
  readonly option: TreatmentOption;
  readonly options: CaseOptions;
}) {
  const ids = new Set(option.cards.map((card) => card.id));
  const all = options.columns.flatMap((column) => column.options.flatMap((one) => one.cards));
  const shown = disagreementsOf(
    options.conflicts.filter((conflict) => conflict.ids.some((id) => ids.has(id))),
    all,
  );
  return (
    <>
      {shown.map((each) => (
        <section key={each.why} className="differ" data-testid="disagreement">
          <State is="look">
            <b>{differenceTitle({ ...each, ids: [...each.left, ...each.right].map(({ id }) => id) })}</b>{" "}
            <span className="sub">{each.why}</span>
          </State>
          <div className="differ-sides">
            <Side cards={each.left} />
            {each.right.length > 0 ? <Side cards={each.right} /> : <TrialSide ids={each.trials} options={options} />}
          </div>
          {each.right.length > 0 ? (
            <Points points={each.points} names={[nameOf(each.left), nameOf(each.right)]} />
          ) : null}
        </section>
      ))}
    </>
  );
}

const nameOf = (cards: readonly Card[]) => `${cards[0]!.body} ${cards[0]!.year}`;

function Side({ cards }: { readonly cards: readonly Card[] }) {
  return (
    <div>
      {cards.map((card) => {
        const verdict = cardVerdict(card);
        return (
          <div key={card.id} className="differ-card">
            <div className="strong">
              {card.body} {card.year}
            </div>
            <State is={verdict.is}>{verdict.words}</State>
            <p className="quiet-text">{card.action}</p>
            <div className="sub">{gradeWords(card)}</div>
          </div>
        );
      })}
    </div>
  );
}

/** Trials that say otherwise than a body, with how this patient stands to them. */
function TrialSide({ ids, options }: { readonly ids: readonly string[]; readonly options: CaseOptions }) {
  return (
    <div>
      {options.trials
        .filter((trial) => ids.includes(trial.id))
        .map((trial) => (
          <div key={trial.id} className="differ-card">
            <div className="strong">
              {trial.acronym} {trial.year}
            </div>
            <p className="quiet-text">{trial.conclusion}</p>
            <div className="sub">{trialBox(trial).sentence}</div>
          </div>
        ))}
    </div>
  );
}

const MOST_POINTS = 3;

function Points({
  points,
  names,
}: {
  readonly points: readonly PointOfDifference[];
  readonly names: readonly [string, string];
}) {
  if (points.length === 0)
    return <p className="sub">Both ask the same of this patient; they differ in what they advise.</p>;
  const deciding = points.filter((point) => point.decides);
  const shown = deciding.length > 0 ? deciding : points.slice(0, MOST_POINTS);
  return (
    <table className="differ-points" data-testid="points-of-difference">
      <thead>
        <tr>
          <th>{deciding.length > 0 ? "They part on" : "They ask different things"}</th>
          <th>This patient</th>
          <th>{names[0]}</th>
          <th>{names[1]}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((point) => (
          <tr key={point.field}>
            <td className="strong">{point.label}</td>
            <td>{point.given === null ? "not known" : bare(point.given, point.label)}</td>
            <td>
              <AskedWords asked={point.left} label={point.label} />
            </td>
            <td>
              <AskedWords asked={point.right} label={point.label} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Words without the label that heads the row. */
const bare = (words: string, label: string) => words.replaceAll(`${label} `, "");

function AskedWords({ asked, label }: { readonly asked: Asked; readonly label: string }) {
  if (asked.words === null || asked.result === null) return <span className="sub">does not ask</span>;
  return <Criterion is={MET[asked.result]}>{bare(asked.words, label)}</Criterion>;
}

/** What each body says of this option, side by side; of one that holds back, what keeps it from holding. */
export function Voices({ option }: { readonly option: TreatmentOption }) {
  const voices = voicesOf(option.cards);
  // Two bodies that contradict each other stand side by side above already.
  if (voices.length < 2 || (voices.length === 2 && option.standing === "disputed")) return null;
  return (
    <section data-testid="voices">
      <h3>Who says what</h3>
      <table className="voices">
        <tbody>
          {voices.map((voice) => (
            <VoiceRow key={voice.body} voice={voice} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function VoiceRow({ voice: { body, card, heldBy, others } }: { readonly voice: BodyVoice }) {
  const verdict = cardVerdict(card);
  return (
    <tr>
      <td>
        <div className="strong">
          {body} {card.year}
        </div>
        <div className="sub">{gradeWords(card)}</div>
      </td>
      <td>
        <State is={verdict.is}>{verdict.words}</State>
        {heldBy.slice(0, 2).map((held) => (
          <div key={held.words}>
            <Criterion is={MET[held.result]}>
              {held.words}
              <span className="sub"> {held.result === "unknown" ? "not known" : (held.given ?? "")}</span>
            </Criterion>
          </div>
        ))}
        {heldBy.length > 2 ? <div className="sub">and {heldBy.length - 2} more</div> : null}
        {others > 0 ? <div className="sub">{others} more of this body below</div> : null}
      </td>
    </tr>
  );
}
