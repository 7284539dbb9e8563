import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { testIo } from '../support/io.ts';

test('an unknown command is wrong usage, with a suggestion', async () => {
  const io = testIo();
  expect(await run(['chekc'], io)).toBe(exit.usage);
  expect(io.stderr()).toContain("unknown command 'chekc'");
});

test('help lists the exit codes', async () => {
  const io = testIo();
  expect(await run(['--help'], io)).toBe(exit.ok);
  expect(io.stdout()).toContain('Exit codes: 0 done; 1 the input has errors');
});

test('every command and option has a description', async () => {
  const { ocm } = await import('../../src/cli/run.ts');
  const bare: string[] = [];
  const visit = (command: import('commander').Command, path: string) => {
    if (command.description() === '') bare.push(path);
    for (const option of command.options) {
      if (option.description === '') bare.push(`${path} ${option.flags}`);
    }
    for (const sub of command.commands) visit(sub, `${path} ${sub.name()}`);
  };
  visit(
    ocm(testIo(), () => {}),
    'ocm',
  );
  expect(bare).toEqual([]);
});

test.each(['bash', 'zsh', 'fish'])('completion for %s names every command', async (shell) => {
  const io = testIo();
  expect(await run(['completion', shell], io)).toBe(exit.ok);
  for (const command of ['check', 'compile', 'eval', 'apply', 'up', 'controllers']) {
    expect(io.stdout()).toContain(command);
  }
});

test('the bash completion completes commands, sub-commands and options', async () => {
  const io = testIo();
  await run(['completion', 'bash'], io);
  const complete = (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const script = `${io.stdout()}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _ocm; echo "\${COMPREPLY[@]}"`;
    const ran = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    return ran.stdout.trim().split(' ');
  };
  expect(complete('ocm', 'che')).toEqual(['check']);
  expect(complete('ocm', 'hub', 'con')).toEqual(['controllers']);
  expect(complete('ocm', 'hub', '--port', '1', 'controllers', '--onl')).toEqual(['--only']);
  expect(complete('ocm', 'completion', 'b')).toEqual(['bash']);
});

test.each([
  [['hub', '--compat', 'upsteam'], 'Allowed choices are upstream'],
  [['hub', 'controllers', '--compat', 'upsteam'], 'Allowed choices are upstream'],
  [['agent', '--compat', 'upsteam'], 'Allowed choices are upstream'],
  [['hub', '--port', 'x'], 'it is a number from 0 to 65535'],
  [['up', '--port', 'x'], 'it is a number from 0 to 65535'],
  [['server', '--port', '65536'], 'it is a number from 0 to 65535'],
])('a wrong value is refused before anything is started: %j', async (argv, why) => {
  const io = testIo();
  expect(await run(argv, io)).toBe(exit.usage);
  expect(io.stderr()).toContain(why);
});

test('help names defaults that say something, and no others', async () => {
  const io = testIo();
  expect(await run(['plan', '--help'], io)).toBe(exit.ok);
  expect(await run(['test', '--help'], io)).toBe(exit.ok);
  expect(io.stdout()).toContain('default: "text"');
  expect(io.stdout()).not.toMatch(/default: *(\[\]|false|\))/);
});

test.each([['eval'], ['plan'], ['explain', 'placement', 'web']])(
  '%s without an inventory says how to come by one',
  async (...argv) => {
    const io = testIo();
    expect(await run(argv, io)).toBe(exit.usage);
    expect(io.stderr()).toContain('`ocm inventory snapshot > inventory.yaml` records the clusters');
  },
);
