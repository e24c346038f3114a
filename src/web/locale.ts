/**
 * A browser on a Linux without a locale calls its language "en-US@posix". `Intl` throws at that, and the plots ask for it
 * when they load: the page would stay empty. Imported before everything else.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
