import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { CaseView } from "../../cases/views.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { OptionColumn, TreatmentOption } from "../../knowledge/options.ts";
import { type OptionsAnswer, options as optionsOf } from "../api/options.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Tip } from "../design/overlay.tsx";
import { CaseAlternatives } from "./case-alternatives.tsx";
import { NotFollowed } from "./deviation.tsx";
import { EvidenceDialog } from "./evidence-dialog.tsx";
import { NotUsedHere } from "./not-used-here.tsx";
import { OptionCard, StandingState } from "./option-card.tsx";
import { OptionMarks } from "./option-marks.tsx";
import { ScreeningSection } from "./screening.tsx";
import { askWords as wordsFor } from "./supply.ts";
import { TrialMatrix } from "./trial-matrix.tsx";
import "./options.css";

const begun = (card: Card) => card.verdict !== "doesNotApply" && card.criteria.some(({ result }) => result === "true");
/** What applies or is on its way to: an option of which nothing is met yet waits below with those that do not apply. */
const worthShowing = (option: TreatmentOption) =>
  option.standing !== "none" && (option.standing !== "open" || option.cards.some(begun));

/** So many options of a column stand open; what is further from being met waits behind its number. */
const FEW = 3;

/** The options of a column that stand open: those worth showing, at most a few unless more of them apply. */
function openOptions({ options }: OptionColumn): readonly TreatmentOption[] {
  const worth = options.filter(worthShowing);
  const apply = worth.filter((option) => option.counts.applies > 0).length;
  return worth.slice(0, Math.max(FEW, apply));
}

/** What could be done now: what bodies say, which criteria are met, and what to ask next. */
export function OptionsPanel({ shown, onAsk }: { readonly shown: CaseView; readonly onAsk: (field: string) => void }) {
  const { data, error, isPending, refetch } = useQuery(optionsOf(shown.id));
  if (data) return <OptionsList options={data} shown={shown} onAsk={onAsk} />;
  if (isPending) return <Notice title="Reading the guidelines against the facts" />;
  return (
    <Notice title="The options could not be worked out" act={<Button onPress={() => void refetch()}>Try again</Button>}>
      {error?.message} The facts and images are not touched by this.
    </Notice>
  );
}

function OptionsList({
  options,
  shown,
  onAsk,
}: {
  readonly options: OptionsAnswer;
  readonly shown: CaseView;
  readonly onAsk: (field: string) => void;
}) {
  const [evidence, setEvidence] = useState<TreatmentOption | null>(null);
  const [beside, setBeside] = useState(false);
  const [rest, setRest] = useState(false);
  const [weighing, setWeighing] = useState(false);
  const mayAsk = shown.may.answer || shown.may.write;
  const askWords = (field: string) => wordsFor(field, shown.may);
  const follow = (card: Card) => <NotFollowed shown={shown} card={card} />;
  const all = options.columns.flatMap((column) => column.options);
  const apply = all.filter((option) => option.counts.applies > 0).length;
  const bodies = new Set(all.flatMap((option) => option.cards.map((card) => card.body))).size;
  // A superseded pack is history, and what superseded it speaks; that a pack lapsed with nothing in its place must be said.
  const silentPacks = options.packs.filter((pack) => pack.state === "expired");
  const question = worthAsking(options);
  if (all.length === 0) return <NoBodySpoke options={options} shown={shown} />;
  const hidden = all.length - options.columns.flatMap(openOptions).length;
  const nothingYet = hidden === all.length;
  return (
    <div className="panel-body" data-testid="options">
      <div className="spread panel-head">
        <span className="sub">
          {bodies} {bodies === 1 ? "body" : "bodies"}, {apply} of {all.length} {all.length === 1 ? "option" : "options"}{" "}
          with advice that applies
        </span>
        <span className="panel-acts">
          <Tip text="Benefits and risks in numbers, and what speaks for and against in this patient">
            <Button look="link" onPress={() => setWeighing(true)}>
              Weigh alternatives
            </Button>
          </Tip>
          <Tip text="Intervention, surgery, drugs and care beside each other">
            <Button look="link" onPress={() => setBeside(true)}>
              Side by side
            </Button>
          </Tip>
        </span>
      </div>
      {question && mayAsk ? (
        <div className="ask-next">
          <State is="unknown">
            Ask next: <b>{question.label}</b>
            <span className="sub"> {bearingWords(question, options)}</span>
          </State>
          <Button look="link" onPress={() => onAsk(question.field)}>
            {askWords(question.field)}
          </Button>
        </div>
      ) : null}
      {silentPacks.map((pack) => (
        <div key={pack.id} className="ask-next">
          <State is="look">
            {pack.title} is {pack.state} ({pack.expires}): it can be read and drives nothing here.
          </State>
        </div>
      ))}
      <NotUsedHere silent={options.silent} />
      {options.columns.map((column) => (
        <Column
          key={column.group}
          column={column}
          showAll={rest || nothingYet}
          onEvidence={setEvidence}
          onAsk={mayAsk ? onAsk : undefined}
          askWords={askWords}
          options={options}
          follow={follow}
        />
      ))}
      {hidden > 0 && !nothingYet ? (
        <Button look="link" onPress={() => setRest(!rest)}>
          {rest ? "Show only the few that matter" : `Show ${hidden} more: not applying, or further from being met`}
        </Button>
      ) : null}
      <ScreeningSection shown={shown} trials={options.trials} onAsk={mayAsk ? onAsk : undefined} askWords={askWords} />
      <EvidenceDialog
        option={evidence}
        options={options}
        acts={{ caseId: shown.id, onAsk: mayAsk ? onAsk : undefined, askWords, follow }}
        onClose={() => setEvidence(null)}
      />
      <CaseAlternatives
        caseId={shown.id}
        isOpen={weighing}
        onClose={() => setWeighing(false)}
        onAsk={mayAsk ? onAsk : undefined}
        askWords={askWords}
      />
      <SideBySide options={options} isOpen={beside} onClose={() => setBeside(false)} onEvidence={setEvidence} />
    </div>
  );
}

/** Which options hang on a fact, the first two by name. */
function bearingWords({ settles, touches }: OptionsAnswer["questions"][number], { columns }: OptionsAnswer): string {
  const ids = new Set(settles.length > 0 ? settles : touches);
  const all = columns
    .flatMap((column) => column.options)
    .filter((option) => option.cards.some(({ id }) => ids.has(id)));
  const names = all.slice(0, 2).map((option) => option.subject);
  const more = all.length > names.length ? ` and ${all.length - names.length} more` : "";
  return `${settles.length > 0 ? "decides" : "bears on"}: ${names.join(", ")}${more}`;
}

/** The first question that bears on a treatment which has begun to fit; while nothing fits, the first at all. */
function worthAsking({ questions, columns }: OptionsAnswer): OptionsAnswer["questions"][number] | undefined {
  const treats = columns.filter((column) => column.group !== "imaging-and-care");
  const cards = treats.flatMap((column) => column.options.flatMap((option) => option.cards)).filter(begun);
  if (cards.length === 0) return questions[0];
  return questions[0]?.touches.some((id) => cards.some((card) => card.id === id)) ? questions[0] : undefined;
}

/** No recommendation at all: what trials found stands alone, and is called what it is. */
function NoBodySpoke({ options, shown }: { readonly options: OptionsAnswer; readonly shown: CaseView }) {
  const [weighing, setWeighing] = useState(false);
  const about = options.packs.filter((pack) => pack.state === "in force");
  if (options.trials.length === 0) {
    return (
      <Notice title="No guideline pack speaks about this kind of case">
        The packs that are installed are listed under Know. Facts, images and the thread work as always.
      </Notice>
    );
  }
  return (
    <div className="panel-body" data-testid="options">
      <Notice inset title="No guideline body has spoken">
        {about.map((pack) => pack.title).join("; ")}: {options.trials.length}{" "}
        {options.trials.length === 1 ? "trial" : "trials"}, no recommendation. What they found is a comparison, not
        advice.
      </Notice>
      {options.unansweredEvidence.map((each) => (
        <p key={each.id} className="quiet-text">
          {each.direction}
        </p>
      ))}
      <ScreeningSection shown={shown} trials={options.trials} />
      <TrialMatrix trials={options.trials} facts={options.facts} />
      <Alternatives columns={options.columns} />
      <Button look="link" onPress={() => setWeighing(true)}>
        Weigh alternatives
      </Button>
      <CaseAlternatives caseId={shown.id} isOpen={weighing} onClose={() => setWeighing(false)} />
    </div>
  );
}

/** What else exists for these indications. */
function Alternatives({ columns }: { readonly columns: readonly OptionColumn[] }) {
  const all = columns.flatMap((column) => column.alternatives.map((each) => ({ title: column.title, ...each })));
  if (all.length === 0) return null;
  return (
    <div>
      <p className="sub strong">Also exists; a list to think with, not advice</p>
      <ul className="stack sub">
        {all.map((each) => (
          <li key={each.title + each.indication}>
            {each.title}: <span className="quiet-text">{each.words.join("; ")}</span> for {each.indication}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Column({
  column,
  showAll,
  onEvidence,
  onAsk,
  askWords,
  options,
  follow,
}: {
  readonly column: OptionColumn;
  readonly options: OptionsAnswer;
  readonly follow: (card: Card) => ReactNode;
  readonly showAll: boolean;
  readonly onEvidence: (option: TreatmentOption) => void;
  readonly onAsk: ((field: string) => void) | undefined;
  readonly askWords: (field: string) => string;
}) {
  const shown = showAll ? column.options : openOptions(column);
  if (shown.length === 0) return null;
  return (
    <section className="option-column">
      <h3 className="option-group">{column.title}</h3>
      {shown.map((option) => (
        <OptionCard
          key={option.subject}
          option={option}
          onEvidence={() => onEvidence(option)}
          onAsk={onAsk}
          askWords={askWords}
          marks={(card) => <OptionMarks option={option} card={card} options={options} />}
          follow={follow}
        />
      ))}
    </section>
  );
}

/** Intervention, surgery, drugs and care beside each other on a wide sheet. */
function SideBySide({
  options,
  isOpen,
  onClose,
  onEvidence,
}: {
  readonly options: OptionsAnswer;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onEvidence: (option: TreatmentOption) => void;
}) {
  return (
    <Dialog title="Options side by side" isOpen={isOpen} onClose={onClose} wide>
      <div className="beside">
        {options.columns.map((column) => (
          <section key={column.group}>
            <h3 className="option-group">{column.title}</h3>
            {column.options.length === 0 && column.alternatives.length === 0 ? (
              <p className="sub">No installed guideline speaks about this column for this kind of case.</p>
            ) : null}
            <ul className="stack">
              {column.options.map((option) => (
                <li key={option.subject}>
                  <Button look="link" onPress={() => onEvidence(option)}>
                    {option.subject}
                  </Button>
                  <div className="sub">
                    <StandingState of={option.standing} />
                  </div>
                </li>
              ))}
            </ul>
            {column.alternatives.length > 0 ? (
              <div className="beside-other">
                <p className="sub strong">Also exists; a list to think with, not advice</p>
                <ul className="stack sub">
                  {column.alternatives.map((each) => (
                    <li key={each.indication}>
                      <span className="quiet-text">{each.words.join("; ")}</span> for {each.indication}
                    </li>
                  ))}
                </ul>
              </div>
            ) : null}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
