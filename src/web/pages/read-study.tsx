export function ReadStudyPage() {
  return null;
}
