import { CoreApp } from '@grafana/data';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { type ComponentType, useState } from 'react';

interface EditorProps<S, Q> {
  datasource: S;
  query: Q;
  app: CoreApp;
  onChange: (query: Q) => void;
  onRunQuery: () => void;
}

/** Shows an editor as Grafana does, which keeps the query and hands it back. */
export async function showEditor<S, Q>(Editor: ComponentType<EditorProps<S, Q>>, datasource: S, first: Q) {
  const seen = { query: first, runs: 0 };
  function Host() {
    const [query, setQuery] = useState(first);
    seen.query = query;
    return (
      <Editor
        datasource={datasource}
        query={query}
        app={CoreApp.Explore}
        onChange={setQuery}
        onRunQuery={() => {
          seen.runs += 1;
        }}
      />
    );
  }
  render(<Host />);
  await act(() => Promise.resolve()); // what it asks for is here
  return seen;
}

/** Types into a combobox and picks the entry that begins with the text, or what is typed as it is. */
export async function choose(label: string | RegExp, ...texts: string[]) {
  const user = userEvent.setup();
  for (const text of texts) {
    const combobox = screen.getByRole('combobox', { name: label });
    await user.click(combobox);
    await user.clear(combobox);
    await user.keyboard(text);
    const options = await screen.findAllByRole('option');
    const fitting = options.filter((option) => option.textContent.toLowerCase().startsWith(text.toLowerCase()));
    await user.click(fitting.at(-1) ?? screen.getByRole('option', { name: /./ }));
  }
}
