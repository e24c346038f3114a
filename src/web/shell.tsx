import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Button as PlainButton } from "react-aria-components";
import { NOT_A_DEVICE } from "../core/index.ts";
import { ask } from "./api/client.ts";
import { useMinute } from "./api/clock.ts";
import { listen, useConnection } from "./api/live.ts";
import { session } from "./api/queries.ts";
import { queryClient } from "./api/query-client.ts";
import type { PersonView } from "./api/views.ts";
import { Menu } from "./design/overlay.tsx";
import { setTheme, theme } from "./design/theme.ts";
import { sayProblem } from "./design/toast.tsx";
import { isTyping } from "./keyboard.ts";
import { clockTime } from "./panels/elapsed.ts";
import { HelpDialog } from "./panels/help-dialog.tsx";
import { PasswordDialog } from "./panels/password-dialog.tsx";

const PLACES = [
  { to: "/", label: "Cases" },
  { to: "/read", label: "Read" },
  { to: "/know", label: "Know" },
] as const;

/** Who has lists of what was not followed and who was screened. */
const QUALITY: readonly string[] = ["quality-lead", "steward", "researcher", "coordinator"];

const initials = (name: string) =>
  name
    .replace(/^(Dr|Prof)\.? /, "")
    .split(/[\s,]+/)
    .slice(0, 2)
    .map((word) => word[0] ?? "")
    .join("");

/** The frame around every page: where one can go, who one is, and whether what is shown is up to date. */
export function Shell() {
  const { data: person } = useQuery(session);
  const [help, setHelp] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const immersive = /^\/(cases|read|decisions)\/|^\/refer/.test(path);

  const signedIn = person !== undefined;
  useEffect(() => (signedIn ? listen() : undefined), [signedIn]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") setHelp(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className={`app ${immersive ? "immersive" : ""}`}>
      <nav className="rail no-print" aria-label="Places">
        <Link to="/" className="brand" aria-label="Willis, worklist" />
        {PLACES.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            className="place"
            activeOptions={{ exact: false }}
            {...(to === "/" && path !== "/" && !/^\/(cases|refer|decisions)/.test(path) ? { "data-off": true } : {})}
            {...(to === "/" && /^\/(cases|refer|decisions)/.test(path) ? { "data-here": true } : {})}
          >
            {label}
          </Link>
        ))}
        {person && QUALITY.includes(person.role) ? (
          <Link to="/quality" className="place">
            Quality
          </Link>
        ) : null}
        {person && ["steward", "quality-lead"].includes(person.role) ? (
          <Link to="/steward" className="place">
            Steward
          </Link>
        ) : null}
        <Link to="/admin" className="place">
          Admin
        </Link>
        {person ? <Account person={person} onHelp={() => setHelp(true)} /> : null}
      </nav>
      <div className="page">
        <ConnectionBanner />
        <Outlet />
      </div>
      <HelpDialog isOpen={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function Account({ person, onHelp }: { readonly person: PersonView; readonly onHelp: () => void }) {
  const navigate = useNavigate();
  const [password, setPassword] = useState(false);
  const leave = async () => {
    try {
      await ask("/api/session", { method: "DELETE" });
    } catch (error) {
      return sayProblem(error);
    }
    queryClient.clear();
    await navigate({ to: "/sign-in", search: {} });
  };
  return (
    <>
      <Menu
        label="You"
        head={
          <>
            <div className="strong">{person.name}</div>
            <div className="sub">
              {person.role.replaceAll("-", " ")}, {person.organisation.name}
            </div>
            <p className="sub device-note">{NOT_A_DEVICE}</p>
          </>
        }
        trigger={
          <PlainButton className="you" aria-label={`You: ${person.name}`} data-testid="account">
            {initials(person.name)}
          </PlainButton>
        }
        entries={[
          {
            id: "theme",
            label: "Dark or light",
            note: "reading room, office",
            do: () => setTheme(theme() === "dark" ? "light" : "dark"),
          },
          { id: "help", label: "Keys", note: "?", do: onHelp },
          { id: "password", label: "Set a password", do: () => setPassword(true) },
          { id: "leave", label: "Sign out", do: () => void leave() },
        ]}
      />
      <PasswordDialog isOpen={password} onClose={() => setPassword(false)} />
    </>
  );
}

/** Says when what is on the page may be out of date, and since when. */
function ConnectionBanner() {
  const { state, lastHeard } = useConnection();
  const now = useMinute();
  const [late, setLate] = useState(false);
  useEffect(() => {
    // A server that restarts is back in a moment; only a longer silence is worth a line on the page.
    if (state !== "lost") return setLate(false);
    const timer = setTimeout(() => setLate(true), 4000);
    return () => clearTimeout(timer);
  }, [state]);
  if (!late) return null;
  return (
    <div className="banner no-print" role="status" data-testid="stale">
      <span aria-hidden="true">◐</span> No live connection
      {lastHeard === null ? "" : ` since ${clockTime(lastHeard, now)}`}. What you see may be out of date; trying again
      by itself. What you type is kept.
    </div>
  );
}
