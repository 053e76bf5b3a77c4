import ReplaceInFileWebpackPlugin from 'replace-in-file-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';

import { DIST_DIR } from './.config/bundler/constants.ts';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';
import { readmeLinks } from './tools/readmeLinks.ts';

const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), {
    plugins: [new ReplaceInFileWebpackPlugin([{ dir: DIST_DIR, files: ['README.md'], rules: readmeLinks }])],
    // The backend's build writes the executables, their manifest and the dashboards.
    output: { clean: { keep: /(^|\/)(gpx_|go_plugin_build_manifest|dashboards)/ } },
    // A reader waits for the module before anything is drawn.
    performance: { hints: env.production ? 'error' : false, maxAssetSize: 300_000, maxEntrypointSize: 300_000 },
  });

export default config;
