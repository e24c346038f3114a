/** Lower case without diacritics: what is compared when a person types a name. */
export function foldName(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** `A^B=C=D` as it is searched: each component group between "=" signs, empty components at the end dropped. */
export function searchableName(name: string): string {
  const groups = foldName(name)
    .split("=")
    .map((group) => group.replace(/\^+$/, "").trim());
  return `=${groups.filter((group) => group !== "").join("=")}=`;
}
