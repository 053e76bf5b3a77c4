/** Puts values in for the variables of a text, as Grafana's TemplateSrv does. */
export type Replace = (text: string, format: (value: unknown) => string) => string;

/** A piece of a text with variables. */
type Part =
  /** Text as it is written. */
  | { kind: 'literal'; text: string }
  /** A variable with its values. */
  | { kind: 'values'; values: string[] }
  /** The regular expression that a variable's "All" was given. */
  | { kind: 'pattern'; text: string };

const REFERENCE = /\$\w+|\$\{[^}]+\}|\[\[[^\]]+\]\]/g;

/** Says whether a text refers to a variable. */
export function hasReference(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** A text in which regular expressions are quoted, but references to variables are not. */
export function quotePattern(text: string): string {
  return split(text)
    .map((piece) => (piece.reference ? piece.text : escapePattern(piece.text)))
    .join('');
}

/** A regular expression (RE2) that matches the text alone. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A text in which variables stand for values. */
export class Expansion {
  private constructor(private readonly parts: Part[]) {}

  static of(text: string, replace: Replace): Expansion {
    return new Expansion(split(text).map((piece) => partOf(piece, replace)));
  }

  /** The one text that it stands for, or undefined if there are several or a regular expression. */
  exact(): string | undefined {
    const texts = this.parts.map(exactly);
    return texts.includes(undefined) ? undefined : texts.join('');
  }

  /** A regular expression that matches all that it stands for; what is written may be a regular expression itself. */
  pattern(written: 'text' | 'pattern'): string {
    return this.parts.map((part) => patternOf(part, written)).join('');
  }

  /** All texts that it stands for. */
  all(): string[] {
    return this.parts.reduce<string[]>(
      (starts, part) => starts.flatMap((start) => alternatives(part).map((end) => start + end)),
      ['']
    );
  }
}

interface Piece {
  text: string;
  reference: boolean;
}

function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: reference, index } of text.matchAll(REFERENCE)) {
    pieces.push({ text: text.slice(end, index), reference: false }, { text: reference, reference: true });
    end = index + reference.length;
  }
  return [...pieces, { text: text.slice(end), reference: false }].filter((piece) => piece.text !== '');
}

function partOf({ text, reference }: Piece, replace: Replace): Part {
  if (!reference) {
    return { kind: 'literal', text };
  }
  const seen: unknown[] = [];
  const replaced = replace(text, (value) => {
    seen.push(value);
    return '';
  });
  if (seen.length > 0) {
    const values = seen.flat().map(String);
    return { kind: 'values', values: values.length > 0 ? values : [''] };
  }
  // Grafana formats a variable that is written with a format, such as
  // ${slo:regex}, itself. Otherwise only the text that "All" was given is put
  // in unformatted. A variable that is not known stays as it is written.
  const literal = replaced === text || text.includes(':');
  return { kind: literal ? 'literal' : 'pattern', text: replaced };
}

function exactly(part: Part): string | undefined {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'values':
      return part.values.length === 1 ? part.values[0] : undefined;
    case 'pattern':
      return undefined;
  }
}

function alternatives(part: Part): string[] {
  return part.kind === 'values' ? part.values : [part.text];
}

function patternOf(part: Part, written: 'text' | 'pattern'): string {
  switch (part.kind) {
    case 'literal':
      return written === 'pattern' ? part.text : escapePattern(part.text);
    case 'values':
      return group(part.values.map(escapePattern));
    case 'pattern':
      return `(${part.text})`;
  }
}

function group(patterns: string[]): string {
  return patterns.length === 1 ? patterns.join('') : `(${patterns.join('|')})`;
}
