// C0 and C1 controls, what reorders text on a screen, and line ends other than `\n`.
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** One line of text with what a terminal would act upon made visible: `\u{1b}`. A tab becomes two blanks. */
export function escapeText(text: string): string {
  return text.replace(hidden, (char) =>
    char === '\t' ? '  ' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
