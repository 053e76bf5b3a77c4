import type { Filter, PromiseQuery } from './types';
import { Expansion, hasReference, type Replace } from './variableReferences';

/**
 * The query with values in place of variables. A variable with several values
 * turns an equality into a regular expression, so that {team="$team"} means
 * any of the teams.
 */
export function interpolate(query: PromiseQuery, replace: Replace): PromiseQuery {
  const objective = Expansion.of(query.objective ?? '', replace);
  const filters = (query.filters ?? []).map((filter) => interpolateFilter(filter, replace));
  if (objective.exact() === undefined) {
    filters.push({ key: 'objective', operator: '=~', value: objective.pattern('text') });
  }
  return {
    ...query,
    slos: interpolateSelection(query.slos ?? '', replace),
    objective: objective.exact() ?? '',
    filters,
    groupBy: list(query.groupBy, replace),
    lookbacks: list(query.lookbacks, replace),
    label: list([query.label ?? ''], replace).join(','),
  };
}

/** A selection of SLOs with values in place of variables. */
export function interpolateSelection(slos: string, replace: Replace): string {
  const text = slos.trim();
  if (!hasReference(text)) {
    return text;
  }
  return text.startsWith('{') ? interpolateMatchers(text, replace) : interpolateName(text, replace);
}

function interpolateName(name: string, replace: Replace): string {
  const expanded = Expansion.of(name, replace);
  // A variable without a value selects nothing; empty text would select all.
  return expanded.exact() === '' ? '{slo=""}' : (expanded.exact() ?? `{slo=~${quoted(expanded.pattern('text'))}}`);
}

// A name that is not itself the end of a variable's name, an operator and a string.
const MATCHER =
  /(?<![\p{L}\p{N}_$])([\p{L}_][\p{L}\p{N}_.:]*|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/gu;

function interpolateMatchers(text: string, replace: Replace): string {
  let result = '';
  let end = 0;
  for (const { 0: matcher, 1: name = '', 2: operator = '', 3: value = '', index } of text.matchAll(MATCHER)) {
    result += plain(text.slice(end, index), replace) + interpolateMatcher(matcher, name, operator, value, replace);
    end = index + matcher.length;
  }
  return result + plain(text.slice(end), replace);
}

function plain(text: string, replace: Replace): string {
  return Expansion.of(text, replace).all().join('|');
}

function interpolateMatcher(matcher: string, name: string, operator: string, value: string, replace: Replace): string {
  if (!hasReference(value)) {
    return matcher;
  }
  const { operator: op, value: text } = match(operator, Expansion.of(unquoted(value), replace));
  return name + op + quoted(text);
}

/** The operator and value that match what an expansion stands for. */
function match(operator: string, expanded: Expansion): { operator: string; value: string } {
  if (operator.endsWith('~')) {
    return { operator, value: expanded.pattern('pattern') };
  }
  const exact = expanded.exact();
  if (exact !== undefined) {
    return { operator, value: exact };
  }
  return { operator: operator === '=' ? '=~' : '!~', value: expanded.pattern('text') };
}

function interpolateFilter(filter: Filter, replace: Replace): Filter {
  const key = list([filter.key], replace).join(',');
  if (filter.operator.endsWith('|')) {
    const values = list(filter.values ?? [filter.value], replace);
    return { ...filter, key, value: values[0] ?? '', values };
  }
  return { ...filter, key, ...match(filter.operator, Expansion.of(filter.value, replace)) };
}

function list(texts: string[] | undefined, replace: Replace): string[] {
  return (texts ?? []).flatMap((text) => Expansion.of(text, replace).all());
}

/** A string as PromQL writes it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith('`') ? inner : inner.replace(/\\(["'\\])/g, '$1');
}
