// npm run -s bench -- <suite> [row …]: one JSON line per result. A suite is bench/<suite>.ts with `rows`.
import { existsSync } from 'node:fs';

const [suite = '', ...wanted] = process.argv.slice(2);
const file = new URL(`./${suite}.ts`, import.meta.url);
if (!/^[a-z][a-z0-9-]*$/.test(suite) || suite === 'row' || !existsSync(file)) {
  process.stderr.write(
    `usage: npm run -s bench -- <suite> [row …]; there is no suite \`${suite}\`\n`,
  );
  process.exit(2);
}
const { rows } = await import(file.href);
for (const name of wanted.length > 0 ? wanted : Object.keys(rows)) {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) {
    process.stderr.write(
      `there is no row \`${name}\` in ${suite}: ${Object.keys(rows).join(', ')}\n`,
    );
    process.exit(2);
  }
  process.stdout.write(`${JSON.stringify(await row())}\n`);
}
