/** What text is compared by: without case and accents, ligatures and barred letters taken apart. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter]!);
}

const LETTERS: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** The words of a search, each once: a hundred times the same letter is not to be looked for a hundred times in every agent. */
export function wordsOf(text: string): string[] {
  const words = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return [...new Set(words)];
}
