// Times of day in tests are in UTC wherever they run.
process.env.TZ = 'UTC';

const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

// Packages that are published as ES modules only, besides those that create-plugin knows.
const modules = ['@grafana/.*', '@marcbachmann/.*', '@react-hookz/.*', '@ver0/.*', '@wojtekmaj/.*'];

const baseConfig = require('./.config/jest.config');

module.exports = {
  // Jest configuration provided by Grafana scaffolding
  ...baseConfig,
  moduleNameMapper: {
    ...baseConfig.moduleNameMapper,
    // Their ES modules end in .mjs, which jest does not transform.
    '^(d3-[a-z-]+)$': '<rootDir>/node_modules/$1/dist/$1.js',
  },
  testMatch: [...baseConfig.testMatch, '<rootDir>/tools/**/*.test.ts'],
  testTimeout: 60_000, // machines that build something else besides are slow
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, ...modules])],
};
