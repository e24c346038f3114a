/** The version that answers, documents and stored objects name; equal to that of package.json. */
export const VERSION = "0.1.0";
