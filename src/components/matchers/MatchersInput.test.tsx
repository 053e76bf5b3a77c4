import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { backend } from '../../testing/source';
import { MatchersInput } from './MatchersInput';

function show(first = '') {
  const { source, requests } = backend(
    {
      labels: ['service', 'team', 'tier'],
      'labels/team/values': ['catalog', 'payments', 'platform'],
    },
    { team: 'payments' }
  );
  const committed: string[] = [];
  function Host() {
    const [value, setValue] = useState(first);
    return (
      <>
        <label htmlFor="matchers">Matchers</label>
        <MatchersInput
          datasource={source}
          id="matchers"
          value={value}
          placeholder=""
          onCommit={(text) => {
            committed.push(text);
            setValue(text);
          }}
        />
      </>
    );
  }
  render(<Host />);
  return { user: userEvent.setup(), input: screen.getByRole('combobox', { name: 'Matchers' }), committed, requests };
}

const offered = async () =>
  within(await screen.findByRole('listbox'))
    .getAllByRole('option')
    .map((option) => option.textContent);

test('matchers are written with the keyboard alone', async () => {
  const { user, input, committed } = show();
  await user.tab();
  expect(input).toHaveFocus();
  await user.keyboard('{{t');
  expect(await offered()).toEqual(['team', 'tier']);
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
  expect(screen.getByRole('option', { selected: true })).toHaveTextContent('team');
  expect(input).toHaveAttribute('aria-activedescendant', screen.getByRole('option', { selected: true }).id);
  await user.keyboard('{Enter}');
  expect(input).toHaveValue('{team=');
  expect(await offered()).toEqual(['catalog', 'payments', 'platform', '$team']);
  await user.keyboard('"p');
  expect(await offered()).toEqual(['payments', 'platform']);
  await user.keyboard('{ArrowUp}{Enter}');
  expect(input).toHaveValue('{team="platform"}');
  await user.keyboard(', tier="1"');
  expect(committed).toEqual([]);
  await user.keyboard('{Enter}');
  expect(committed).toEqual(['{team="platform", tier="1"}']);
});

test('what is clicked is written, and the focus stays', async () => {
  const { user, input, committed } = show('{team="catalog"}');
  await user.click(input);
  await user.keyboard('{ArrowLeft}{Backspace>4/}');
  expect(input).toHaveValue('{team="cata}');
  await user.click(await screen.findByRole('option', { name: 'catalog' }));
  expect(input).toHaveValue('{team="catalog"}');
  expect(input).toHaveFocus();
  expect(committed).toEqual([]);
});

test('Escape closes the list and nothing else; an arrow opens it again', async () => {
  const { user, input } = show();
  const keys: string[] = [];
  document.body.addEventListener('keydown', ({ key }) => keys.push(key));
  await user.click(input);
  expect(await offered()).toEqual(['service', 'team', 'tier']);
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
  expect(keys).toEqual([]);
  await user.keyboard('{ArrowDown}');
  expect(await offered()).toEqual(['service', 'team', 'tier']);
  await user.keyboard('{Escape}{Escape}');
  expect(keys).toEqual(['ArrowDown', 'Escape']);
});

test('leaving commits what is written', async () => {
  const { user, input, committed } = show();
  await user.type(input, 'checkout');
  await user.tab();
  expect(committed).toEqual(['checkout']);
  expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
});

test('the list follows the caret', async () => {
  const { user, input } = show('{team="", tier=""}');
  await user.click(input);
  await user.keyboard('{Home}{ArrowDown}');
  expect(screen.queryByRole('listbox')).not.toBeInTheDocument();
  await user.keyboard('{ArrowRight}');
  expect(await offered()).toEqual(['service', 'team', 'tier']);
  await user.keyboard('{ArrowRight>6/}');
  expect(await offered()).toEqual(['catalog', 'payments', 'platform', '$team']);
});

test('nothing is offered where the labels cannot be listed', async () => {
  const { user, input, requests } = show();
  await user.type(input, '{{tier="');
  expect(requests).toContain('GET labels/tier/values');
  expect(input).toHaveAttribute('aria-expanded', 'true'); // the variable
  await user.keyboard('x');
  expect(input).toHaveAttribute('aria-expanded', 'false');
});
