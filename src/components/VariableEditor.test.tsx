import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { choose, showEditor } from '../testing/editor';
import { backend } from '../testing/source';
import type { PromiseVariableQuery } from '../types';
import { VariableEditor } from './VariableEditor';

async function show(query: Partial<PromiseVariableQuery>) {
  const { source } = backend({ labels: ['service', 'team', 'tier'], eventlabels: ['code', 'route'] });
  return showEditor(VariableEditor, source, { refId: 'V', ...query });
}

test('a new variable lists SLOs', async () => {
  await show({});
  expect(screen.getByRole('combobox', { name: 'List' })).toHaveValue('SLOs');
});

test('a variable lists the services of some SLOs', async () => {
  const seen = await show({});
  await choose('List', 'services');
  await userEvent.type(screen.getByLabelText(/^SLOs/), '{{team="$team"}{Enter}');
  expect(seen.query).toMatchObject({ kind: 'services', slos: '{team="$team"}' });
});

test('a variable lists the values of a label, known or typed', async () => {
  const seen = await show({ kind: 'values' });
  await choose(/^Label/, 'tier');
  expect(seen.query).toMatchObject({ kind: 'values', label: 'tier' });
  await choose(/^Label/, 'region');
  expect(seen.query.label).toBe('region');
});

test('a variable lists the values that a label has among the series of some SLOs', async () => {
  const seen = await show({ kind: 'values' });
  await choose(/^Label/, 'rou');
  await userEvent.type(screen.getByLabelText(/^SLOs/), 'checkout{Enter}');
  expect(seen.query).toMatchObject({ kind: 'values', label: 'route', slos: 'checkout' });
});

test('a variable lists objectives', async () => {
  const seen = await show({});
  await choose('List', 'objectives');
  expect(seen.query).toMatchObject({ kind: 'objectives' });
});
