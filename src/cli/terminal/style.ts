import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];
/** Colours a text where colours are shown; else gives it back as it is. */
export type Paint = (format: Format, text: string) => string;

/** The painter for a stream with or without colours. */
export function paint(colored: boolean): Paint {
  if (!colored) return (_, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}
