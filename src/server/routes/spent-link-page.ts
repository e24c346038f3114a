/** What a person sees whose link does not work any more: why, and what to do. No script, no outside resource. */
export const spentLinkPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This sign-in link does not work any more</title>
<style>
  body { background: #0a0c0f; color: #e6e9ee; font: 15px/1.6 Inter, system-ui, sans-serif; margin: 0; }
  main { max-width: 34rem; margin: 18vh auto 0; padding: 0 24px; }
  h1 { font-size: 20px; }
  code { background: #161a20; border-radius: 6px; padding: 2px 6px; }
  a { color: #5cc8d7; }
</style>
<main>
  <h1>This sign-in link does not work any more</h1>
  <p>It was used already, or its time is over. Nothing is lost.</p>
  <p>If you have a password, <a href="/">sign in with it</a>. Otherwise ask your administrator for a new link; on the
  server it is made by <code>node run.mjs user link --login YOUR-LOGIN</code>.</p>
</main>
</html>
`;
