import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));

// Grafana gives these to plugins when it loads them, each in its own version.
// react/jsx-runtime is not among them in Grafana 12.0 to 12.2, so JSX becomes
// React.createElement, which works with React 18 and 19 alike.
const externals = ['react', 'react-dom', 'rxjs', 'lodash', '@emotion/css', /^@grafana\/(ui|data|runtime)$/];

const typescript = {
  test: /\.tsx?$/,
  exclude: /node_modules/,
  loader: 'swc-loader',
  options: {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'classic' } },
    },
  },
};

/** Builds dist/module.js, and leaves everything else in dist alone. */
export default (_, { mode }) => ({
  context: root,
  entry: { module: './src/module.ts' },
  externals,
  externalsType: 'amd',
  devtool: mode === 'production' ? 'source-map' : 'eval-source-map',
  module: { rules: [typescript] },
  resolve: { extensions: ['.ts', '.tsx', '.js'] },
  output: {
    path: path.join(root, 'dist'),
    filename: '[name].js',
    library: { type: 'amd' },
    publicPath: 'public/plugins/promise-slo-datasource/',
    uniqueName: 'promise-slo-datasource',
  },
  performance: { hints: 'error', maxAssetSize: 300_000, maxEntrypointSize: 300_000 },
});
