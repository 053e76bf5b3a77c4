import { quoted } from './interpolation';
import { quotePattern } from './variableReferences';

/** SLOs that are picked by name (none means all), or those that match. */
export type Selection = { kind: 'names'; names: string[] } | { kind: 'matchers'; text: string };

/** Reads a selection as queries keep it. */
export function readSelection(slos: string): Selection {
  const text = slos.trim();
  if (!text.startsWith('{')) {
    return { kind: 'names', names: text === '' ? [] : [text] };
  }
  const names = namesIn(text);
  // Only what would be written again in the same way is shown as names.
  return writeNames(names) === text ? { kind: 'names', names } : { kind: 'matchers', text };
}

/** Writes the selection of the named SLOs. */
export function writeNames(names: string[]): string {
  return names.length > 1 ? `{slo=~${quoted(names.map(quotePattern).join('|'))}}` : (names[0] ?? '');
}

function namesIn(matchers: string): string[] {
  const [, string = ''] = /^\{slo=~(".*")\}$/.exec(matchers) ?? [];
  return alternatives(parsed(string)).map((pattern) => pattern.replace(/\\(.)/g, '$1'));
}

function parsed(string: string): string {
  try {
    return String(JSON.parse(string));
  } catch {
    return '';
  }
}

function alternatives(pattern: string): string[] {
  return pattern.match(/(?:\\.|[^|\\])+/g) ?? [];
}
