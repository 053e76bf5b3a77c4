import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { showEditor } from '../testing/editor';
import { backend, listedSLO } from '../testing/source';
import type { QueryType } from '../types';
import { AnnotationEditor } from './AnnotationEditor';
import { QueryEditor } from './query/QueryEditor';
import { VariableEditor } from './VariableEditor';

const ROLES = ['button', 'combobox', 'radio', 'spinbutton', 'textbox'];

const { source } = backend({ slos: [listedSLO('checkout')], labels: ['team'], eventlabels: ['route'] });

function controls() {
  return ROLES.flatMap((role) => screen.queryAllByRole(role));
}

/** The names of what Tab stops at, in order. */
async function stops(): Promise<string[]> {
  const user = userEvent.setup();
  const seen: Element[] = [];
  await user.tab();
  while (document.activeElement && document.activeElement !== document.body) {
    seen.push(document.activeElement);
    await user.tab();
  }
  return seen.filter((element) => element.matches('input, button, a')).map(nameOf);
}

function nameOf(element: Element): string {
  const id = element.getAttribute('id');
  const label = id ? document.querySelector(`label[for="${id}"]`)?.textContent : undefined;
  return (element.getAttribute('aria-label') ?? label ?? element.textContent).replace(' - optional', '');
}

const filters = [{ key: 'route', operator: '=', value: '/pay' }];

// These have all fields that any type has, and none.
test.each<QueryType>(['burnRate', 'incidents', 'contributors', 'slos'])(
  'every control of a query of %s has a name',
  async (queryType) => {
    await showEditor(QueryEditor, source, { refId: 'A', queryType, filters });
    for (const control of controls()) {
      expect(control).toHaveAccessibleName();
    }
  }
);

test('Tab goes through a query as it is read', async () => {
  await showEditor(QueryEditor, source, {
    refId: 'A',
    queryType: 'contributors',
    label: 'route',
    filters,
  });
  expect(await stops()).toEqual([
    'Query type',
    'Names',
    'SLOs',
    'Objective',
    'Label',
    'Top',
    'Group by',
    'Label of the filter',
    'Operator of the filter',
    'Value of the filter',
    'Remove this filter',
    'Add filter',
    'PromQL behind it',
  ]);
});

test('Tab goes through a variable as it is read', async () => {
  await showEditor(VariableEditor, source, { refId: 'V', kind: 'values' });
  for (const control of controls()) {
    expect(control).toHaveAccessibleName();
  }
  expect(await stops()).toEqual(['List', 'Label', 'SLOs']);
});

test('Tab goes through an annotation as it is read', async () => {
  await showEditor(AnnotationEditor, source, { refId: 'Anno' });
  for (const control of controls()) {
    expect(control).toHaveAccessibleName();
  }
  expect(await stops()).toEqual([
    'Incidents',
    'Names',
    'SLOs',
    'Objective',
    'Minimum budget share (%)',
    'Minimum burn rate',
    'Group by',
    'Add filter',
  ]);
});
