import { quoted } from './interpolation';
import { escapePattern, hasReference } from './variableReferences';

/** A place in label matchers at which the name or a value of a label is written. */
export interface Place {
  /** The label whose value is written; undefined where the name of one is. */
  label?: string;
  /** What is written so far. */
  written: string;
  /** The part of the text that an entry takes the place of. */
  from: number;
  to: number;
  /** The entry as it is written there. */
  spell: (entry: string) => string;
}

const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
const NAMED = /(?:^\s*|[{,]\s*(\w*))$/;
const COMPARED = /([a-zA-Z_]\w*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*$/;

/** The place that the caret is at, or undefined if nothing can be offered there. */
export function placeAt(text: string, caret: number): Place | undefined {
  const before = text.slice(0, caret);
  const outside = before.replace(STRING, (string) => '·'.repeat(string.length));
  const opened = outside.search(/["'`]/);
  if (opened < 0) {
    return nameAt(text, outside) ?? valueAt(text, before, '');
  }
  return outside[opened] === '"' ? valueAt(text, before.slice(0, opened), before.slice(opened)) : undefined;
}

/** The text with an entry at a place, and where the caret stands after it. */
export function complete(text: string, place: Place, entry: string): { text: string; caret: number } {
  const start = text.slice(0, place.from) + place.spell(entry);
  // A brace that closes all is behind the caret, so that another matcher can follow.
  return { text: start + text.slice(place.to), caret: start.length - (start.endsWith('}') ? 1 : 0) };
}

/** A name stands first, after a brace or after a comma. */
function nameAt(text: string, outside: string): Place | undefined {
  const found = NAMED.exec(outside);
  const written = found?.[1];
  if (!found || (written === undefined && text.trim() !== '')) {
    return undefined;
  }
  const from = outside.length - (written ?? '').length;
  const to = outside.length + length(/^\w*/, text.slice(outside.length));
  const brace = written === undefined ? '{' : '';
  const operator = /^\s*[=!]/.test(text.slice(to)) ? '' : '=';
  return { written: written ?? '', from, to, spell: (name) => brace + plain(name) + operator };
}

/** A value stands after an operator, in a string that may be yet to be opened or closed. */
function valueAt(text: string, head: string, string: string): Place | undefined {
  const [, name, operator = ''] = COMPARED.exec(head) ?? [];
  const after = text.slice(head.length + string.length);
  if (name === undefined || (string === '' && /^["'`]/.test(after))) {
    return undefined;
  }
  const several = operator.endsWith('~');
  const first = string.slice(0, several ? string.lastIndexOf('|') + 1 : 0) || '"';
  const written = string.slice(first.length);
  const rest = string === '' ? 0 : length(/^[^"|,{}]*/, after);
  const closed = string !== '' && /^["|]/.test(after.slice(rest));
  const end = closed ? '' : `"${after.trim() === '' ? '}' : ''}`;
  const from = head.length + (string === '' ? 0 : first.length);
  return {
    label: name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name,
    written,
    from,
    to: head.length + string.length + (closed ? rest : 0),
    spell: (value) => (string === '' ? '"' : '') + inner(value, several) + end,
  };
}

function length(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}

/** A name as PromQL takes it. */
function plain(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : quoted(name);
}

/** A value as it stands in a string, where variables keep their names. */
function inner(value: string, pattern: boolean): string {
  return quoted(pattern && !hasReference(value) ? escapePattern(value) : value).slice(1, -1);
}
