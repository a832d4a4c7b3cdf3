/**
 * The first of the viewer's languages in which dates and numbers can be written. A browser of a machine that has no language
 * names one that is none (`en-US@posix`), and would show a blank page.
 */
export function usableLocale(languages: readonly string[]): string {
  return languages.find(isUsable) ?? 'en';
}

function isUsable(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}
