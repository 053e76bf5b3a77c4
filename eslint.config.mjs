import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import baseConfig from './.config/eslint.config.mjs';

export default defineConfig([
  {
    ignores: [
      'dist/',
      'release/',
      'node_modules/',
      'coverage/',
      'playwright/',
      '.cache/',
      '.config/',
      '*.config.{js,mjs}',
      'webpack.config.ts',
      'jest-setup.js',
      '.prettierrc.js',
      '.dependency-cruiser.*',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...baseConfig,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-redeclare': 'off', // TypeScript reports it, and lets a type share a component's name
    },
  },
]);
