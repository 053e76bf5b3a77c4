import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { isComplete, QUERY_TYPES } from '../../queryTypes';
import { backend, listedSLO, type Resources } from '../../testing/source';
import type { PromiseQuery, QueryType } from '../../types';
import { EXAMPLES } from './examples';
import { QueryHelp } from './QueryHelp';

function show(query: Partial<PromiseQuery>, resources: Resources = {}) {
  const asked: PromiseQuery[] = [];
  render(
    <QueryHelp
      datasource={backend(resources).source}
      query={{ refId: 'A', ...query }}
      onClickExample={(example) => asked.push(example)}
    />
  );
  return asked;
}

test.each(Object.keys(QUERY_TYPES) as QueryType[])('%s is explained, and asked with a click', async (queryType) => {
  const asked = show({ queryType: 'status', slos: 'checkout', top: 9 });
  const section = screen.getByRole('region', { name: QUERY_TYPES[queryType].group });
  expect(section).toHaveTextContent(`${QUERY_TYPES[queryType].label}. ${QUERY_TYPES[queryType].explanation}`);
  await userEvent.click(within(section).getByRole('button', { name: EXAMPLES[queryType].question }));
  expect(asked).toMatchObject([{ refId: 'A', queryType, slos: 'checkout' }]);
  expect(asked.every(isComplete)).toBe(true);
  for (const field of Object.keys(EXAMPLES[queryType].fields ?? {})) {
    expect(QUERY_TYPES[queryType].fields).toContain(field);
  }
});

test('an example leaves behind what its type does not have', async () => {
  const asked = show({ queryType: 'contributors', label: 'route', top: 9 });
  await userEvent.click(screen.getByRole('button', { name: EXAMPLES.budget.question }));
  expect(asked).toEqual([{ refId: 'A', queryType: 'budget' }]);
});

test('selections are shown with names that are there, and tried with the keyboard', async () => {
  const asked = show({ queryType: 'budget' }, { slos: [listedSLO('login', { team: 'identity', service: 'sso' })] });
  expect(await screen.findByRole('button', { name: 'login' })).toBeInTheDocument();
  screen.getByRole('button', { name: '{team="identity"}' }).focus();
  await userEvent.keyboard('{Enter}');
  expect(asked).toEqual([{ refId: 'A', queryType: 'budget', slos: '{team="identity"}' }]);
});

test('selections are shown even if there are no SLOs to name', async () => {
  const asked = show({});
  await userEvent.click(screen.getByRole('button', { name: '{neededBy="payments"}' }));
  expect(asked).toEqual([{ refId: 'A', queryType: 'status', slos: '{neededBy="payments"}' }]);
});
