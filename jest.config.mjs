// Packages that are published as ES modules only, which jest cannot read.
const modules = [
  '@grafana/.*',
  '@marcbachmann/.*',
  '@react-hookz/.*',
  '@ver0/.*',
  '@wojtekmaj/.*',
  'get-user-locale',
  'marked',
  'memoize',
  'mimic-function',
  'ol',
  'react-calendar',
  'uuid',
];

export default {
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/src'],
  testPathIgnorePatterns: ['<rootDir>/src/e2e/'], // Playwright's
  testTimeout: 60_000, // machines that build something else besides are slow
  setupFilesAfterEnv: ['<rootDir>/src/testing/setup.ts'],
  moduleNameMapper: {
    // Their ES modules end in .mjs, which jest does not transform.
    '^(d3-[a-z-]+)$': '<rootDir>/node_modules/$1/dist/$1.js',
    '\\.css$': '<rootDir>/src/testing/nothing.ts',
    '^react-inlinesvg$': '<rootDir>/src/testing/nothing.ts',
  },
  transform: {
    '\\.[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'classic' } },
        },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${modules.join('|')})/)`],
};
