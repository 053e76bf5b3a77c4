/** The data-testids by which tests find what has no label of its own. */
export const selectors = {
  config: {
    verdict: 'promise-config-verdict',
    problem: 'promise-config-problem',
  },
  query: {
    editor: 'promise-query-editor',
    explanation: 'promise-query-explanation',
    preview: 'promise-query-preview',
    promql: 'promise-query-promql',
    filter: 'promise-query-filter',
    help: 'promise-query-help',
  },
  variable: {
    editor: 'promise-variable-editor',
  },
  annotation: {
    editor: 'promise-annotation-editor',
  },
} as const;
