export type Theme = "dark" | "light";

const KEY = "willis.theme";

/** The theme belongs to the place (a reading room, an office), so it is kept in this browser. */
export function theme(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

export function setTheme(next: Theme): void {
  document.documentElement.dataset.theme = next;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", next === "light" ? "#f6f7f8" : "#0a0c0f");
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser that keeps nothing still shows the chosen theme until it is closed.
  }
}

export function restoreTheme(): void {
  try {
    if (localStorage.getItem(KEY) === "light") setTheme("light");
  } catch {
    // see setTheme
  }
}
