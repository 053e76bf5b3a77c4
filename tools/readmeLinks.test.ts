import { readmeLinks } from './readmeLinks';

const SOURCE = 'https://github.com/promise-slo/promise-slo-datasource';

function replaced(text: string): string {
  return readmeLinks.reduce((result, { search, replace }) => result.replace(search, replace), text);
}

test.each([
  ['[the ledger](docs/ledger.md#grid)', `[the ledger](${SOURCE}/blob/main/docs/ledger.md#grid)`],
  ['See [start](./docs/start.md).', `See [start](${SOURCE}/blob/main/docs/start.md).`],
  ['![picture](docs/images/promises.png)', `![picture](${SOURCE}/raw/main/docs/images/promises.png)`],
  ['[Sloth](https://github.com/slok/sloth)', '[Sloth](https://github.com/slok/sloth)'],
  ['[below](#below)', '[below](#below)'],
])('%s', (text, want) => {
  expect(replaced(text)).toBe(want);
  expect(replaced(`First\n${text} and ${text}`)).toBe(`First\n${want} and ${want}`);
});
