import { Link } from "@tanstack/react-router";

/** The ways into the library, and to the drafts of what it will hold. */
export function LibraryPlaces() {
  return (
    <nav className="library-places push" aria-label="Library">
      <Link to="/know" activeOptions={{ exact: true, includeSearch: false }}>
        Search
      </Link>
      <Link to="/know/trials">Trials</Link>
      <Link to="/know/changes">What changed</Link>
      <Link to="/steward">Drafts</Link>
    </nav>
  );
}
