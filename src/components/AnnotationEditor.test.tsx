import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { choose, showEditor } from '../testing/editor';
import { backend, listedSLO } from '../testing/source';
import type { PromiseQuery } from '../types';
import { AnnotationEditor } from './AnnotationEditor';

test('annotations are the incidents of the SLOs that are chosen', async () => {
  const first: PromiseQuery = { refId: 'Anno' };
  const seen = await showEditor(AnnotationEditor, backend({ slos: [listedSLO('checkout')] }).source, first);
  expect(screen.queryByLabelText('Query type')).not.toBeInTheDocument();
  await choose('SLOs', 'check');
  await userEvent.type(screen.getByLabelText(/^Minimum burn rate/), '6{Enter}');
  expect(seen.query).toMatchObject({ queryType: 'incidents', slos: 'checkout', threshold: 6 });
});

test('annotations are the resets of budgets', async () => {
  const first: PromiseQuery = { refId: 'Anno', queryType: 'incidents', slos: 'checkout', threshold: 6 };
  const seen = await showEditor(AnnotationEditor, backend({ slos: [listedSLO('checkout')] }).source, first);
  await userEvent.click(screen.getByRole('radio', { name: 'Budget resets' }));
  expect(seen.query).toMatchObject({ queryType: 'windows', slos: 'checkout' });
  expect(screen.getByText(/Draws the end of each calendar window/)).toBeInTheDocument();
  await choose('SLOs', 'check');
  expect(seen.query).toMatchObject({ queryType: 'windows', slos: '' });
  await userEvent.click(screen.getByRole('radio', { name: 'Incidents' }));
  expect(seen.query).toMatchObject({ queryType: 'incidents' });
});
