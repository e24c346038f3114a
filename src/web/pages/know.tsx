export function KnowPage() {
  return null;
}
