import { Link } from "@tanstack/react-router";

/** The three ways into the library. */
export function LibraryPlaces() {
  return (
    <nav className="library-places push" aria-label="Library">
      <Link to="/know" activeOptions={{ exact: true, includeSearch: false }}>
        Search
      </Link>
      <Link to="/know/trials">Trials</Link>
      <Link to="/know/changes">What changed</Link>
    </nav>
  );
}
