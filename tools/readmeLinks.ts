const REPOSITORY = 'https://github.com/promise-slo/promise-slo-datasource';

/**
 * Replacements that make the README's links into the repository absolute: Grafana's catalog shows it without the
 * repository around it. Pictures point to their content, everything else to its page.
 */
export const readmeLinks = [
  { search: /(!\[[^\]]*\])\((?:\.\/)?([^)#:][^):]*)\)/g, replace: `$1(${REPOSITORY}/raw/main/$2)` },
  { search: /(^|[^!])(\[[^\]]*\])\((?:\.\/)?([^)#:][^):]*)\)/gm, replace: `$1$2(${REPOSITORY}/blob/main/$3)` },
];
