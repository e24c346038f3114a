import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { NOT_A_DEVICE } from "../../core/index.ts";
import { ask, Problem } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { PersonView } from "../api/views.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import "./sign-in.css";

export function SignInPage() {
  const { next } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { person } = await ask<{ person: PersonView }>("/api/session", {
        method: "POST",
        json: { login, password },
      });
      queryClient.clear();
      queryClient.setQueryData(["session"], person);
      await navigate({ href: next ?? "/" });
    } catch (failure) {
      setPassword("");
      setError(
        failure instanceof Problem && failure.status === 401
          ? "Login name and password do not belong together. Try again, or ask your administrator for a sign-in link."
          : failure instanceof Error
            ? failure.message
            : String(failure),
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in" data-testid="sign-in">
      <div className="sign-in-box">
        <div className="sign-in-name">
          <span className="brand" aria-hidden="true" />
          <h1>Willis</h1>
        </div>
        <p className="quiet-text">The workspace for interventional neuroradiology.</p>
        <Form className="stack sign-in-form" onSubmit={(event) => void signIn(event)}>
          <TextField
            label="Login name"
            value={login}
            onChange={setLogin}
            autoComplete="username"
            autoFocus
            isRequired
            data-testid="sign-in-login"
          />
          <TextField
            label="Password"
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            isRequired
            error={error}
            data-testid="sign-in-password"
          />
          <Button type="submit" look="act" big isDisabled={busy} data-testid="sign-in-send">
            {busy ? "Signing in" : "Sign in"}
          </Button>
        </Form>
        <p className="sub">
          No password yet? Your administrator makes a sign-in link for you (<code>node run.mjs user link</code>). On a
          new installation the links are printed where Willis was started.
        </p>
      </div>
      <p className="sub sign-in-note">{NOT_A_DEVICE}</p>
    </main>
  );
}
