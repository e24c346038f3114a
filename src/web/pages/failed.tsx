import { Link } from "@tanstack/react-router";
import { Problem } from "../api/client.ts";
import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";

/** A page that could not be shown: what happened and what to do. */
export function Failed({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  const again = (
    <Button onPress={() => (reset ? reset() : location.reload())} look="act">
      Try again
    </Button>
  );
  if (error instanceof Problem && error.status === 404) return <NotThere />;
  if (error instanceof Problem && error.status === 403) {
    return (
      <Notice middle title="You may not see this" act={<Link to="/">Back to the worklist</Link>}>
        {error.message} If you need it for a patient, ask the organisation that owns the case to refer it to yours.
      </Notice>
    );
  }
  if (error instanceof Problem && error.code === "offline") {
    return (
      <Notice middle title="No connection to Willis" act={again} data-testid="offline">
        {error.message}
      </Notice>
    );
  }
  return (
    <Notice middle title="This page could not be shown" act={again}>
      {error instanceof Error ? error.message : String(error)} If it happens again, tell your administrator the time and
      this message.
    </Notice>
  );
}

export function NotThere() {
  return (
    <Notice middle title="Not found" act={<Link to="/">Back to the worklist</Link>}>
      There is nothing under this address, or it belongs to another organisation. Check the link, or open the case from
      the worklist.
    </Notice>
  );
}
