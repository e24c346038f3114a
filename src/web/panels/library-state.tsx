import { Link } from "@tanstack/react-router";
import { Problem } from "../api/client.ts";
import { Notice } from "../design/notice.tsx";

/** A page that is still asked for, or that could not be had, and what to do. */
export function Asking({ error }: { readonly error: Error | null }) {
  if (!error) return <Notice middle title="Asking for the page" />;
  const gone = error instanceof Problem && error.status === 404;
  return (
    <Notice
      middle
      title={gone ? "No loaded pack has this" : "The page could not be fetched"}
      act={<Link to="/know">Search the library</Link>}
      data-testid="library-missing"
    >
      {error.message}
      {gone ? " The pack that held it may have been removed." : ""}
    </Notice>
  );
}
