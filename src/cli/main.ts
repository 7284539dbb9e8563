// importing it by name would take longer than what it is asked for
process.getBuiltinModule('node:module').enableCompileCache();
// What people and editors run all day starts from files of its own, which hold nothing else (scripts/build.mjs).
const [command, ...rest] = process.argv.slice(2);
const quick: ReadonlySet<string | undefined> = new Set(['check', 'compile', 'lsp']);
const isPlain = rest.every((argument) => !/^-|\.(ya?ml|json)$/.test(argument));
const { start } =
  command === 'check' && isPlain
    ? await import('./plain-check.ts')
    : quick.has(command)
      ? await import('./quick.ts')
      : await import('./start.ts');
await start();
