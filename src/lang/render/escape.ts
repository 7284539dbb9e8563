// Control and format characters (escape, delete, C1, direction overrides, zero width), lone surrogates, line ends.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line of text with what a terminal would act upon made visible: `\u001b`. A tab becomes two blanks. */
export function escapeText(text: string): string {
  return text.replace(unsafe, (char) => {
    if (char === '\t') return '  ';
    const code = char.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
