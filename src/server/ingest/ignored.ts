const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)__MACOSX\//, "extra data that macOS adds to an archive"],
  [/(^|\/)\._[^/]*$/, "extra data that macOS adds beside a file"],
  [/(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|autorun\.inf)$/i, "a file of the operating system, not an image"],
  [/(^|\/)(LOCKFILE|VERSION|README|LICENSE|CHANGELOG)$/i, "a text or mark beside the images, not an image"],
  [
    /\.(txt|md|rst|log|csv|tsv|json|ya?ml|ini|inf|html?|css|js|xml|xsl|url|lnk)$/i,
    "a text beside the images, not an image",
  ],
  [/\.(exe|dll|msi|bat|cmd|jar|app|so|dylib|cab|ocx)$/i, "a program beside the images, not an image"],
];

/**
 * Why a file is left out without keeping it, or null when it must be looked at. Only names that say plainly "no image"
 * count, and only when the content does not say "DICM"; everything else that cannot be read goes to quarantine.
 */
export function whyIgnored(name: string, head: Uint8Array): string | null {
  const magic = head.length >= 132 && Buffer.from(head.buffer, head.byteOffset + 128, 4).toString("latin1") === "DICM";
  if (magic) return null;
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Said of a DICOMDIR: an index of the files beside it, which are stored themselves. */
export const DICOMDIR = "a DICOMDIR: the list of a disc, the files that it names are stored themselves";
