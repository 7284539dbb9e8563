import { Argument, type Command } from 'commander';
import type { AddCommand } from './command.ts';
import { exit } from './io.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** `ocm completion SHELL`: a script that completes commands and options; made from the command tree, so never out of date. */
export const addCompletion: AddCommand = ({ program, io, ended }) => {
  program
    .command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>', 'for which shell').choices([...shells]))
    .addHelpText(
      'after',
      '\nbash, zsh:  source <(ocm completion bash)\nfish:       ocm completion fish | source',
    )
    .action((shell: Shell) => {
      io.out(scripts[shell](words(program)));
      ended(exit.ok);
    });
};

/** What may follow each command line prefix: `''`, `hub`, `hub init` … */
type Words = readonly { readonly path: string; readonly next: readonly string[] }[];

function words(program: Command): Words {
  const visit = (command: Command, path: readonly string[]): Words => {
    const names = command.commands.map((sub) => sub.name());
    const options = command.options.filter((option) => !option.hidden);
    const flags = options.map((option) => option.long ?? option.short ?? '');
    const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
    return [
      { path: path.join(' '), next: [...names, ...choices, ...flags, '--help'] },
      ...command.commands.flatMap((sub) => visit(sub, [...path, sub.name()])),
    ];
  };
  return visit(program, []);
}

const scripts: Readonly<Record<Shell, (of: Words) => string>> = {
  bash: (of) => `# completion of ocm for bash
_ocm() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *)
      case "\${path:+$path }$word" in
${cases(of, (path) => `        ${path}) path="\${path:+$path }$word" ;;`)}
      esac ;;
    esac
  done
  case "$path" in
${of.map(({ path, next }) => `    "${path}") word="${next.join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$word" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ocm ocm
`,
  zsh: (of) => `#compdef ocm
# completion of ocm for zsh
_ocm() {
  local path="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *)
      case "\${path:+$path }$word" in
${cases(of, (path) => `        (${path.replaceAll('"', "'")}) path="\${path:+$path }$word" ;;`)}
      esac ;;
    esac
  done
  case "$path" in
${of.map(({ path, next }) => `    ("${path}") compadd -- ${next.join(' ')} ;;`).join('\n')}
  esac
  _files
}
if [ "$funcstack[1]" = _ocm ]; then _ocm "$@"; else compdef _ocm ocm; fi
`,
  fish: (of) => `# completion of ocm for fish
function __ocm_path
  set -l path
  for word in (commandline -opc)[2..-1]
    switch $word
      case '-*'
      case '*'
        set -l longer (string join ' ' $path $word)
        if contains -- $longer ${of
          .filter(({ path }) => path !== '')
          .map(({ path }) => `'${path}'`)
          .join(' ')}
          set path (string split ' ' $longer)
        end
    end
  end
  string join ' ' $path
end
${of
  .map(
    ({ path, next }) =>
      `complete -c ocm -n "test (__ocm_path | string collect; or echo) = '${path}'" -a '${next.join(' ')}'`,
  )
  .join('\n')}
`,
};

function cases(of: Words, line: (path: string) => string): string {
  const paths = of.filter(({ path }) => path !== '');
  return paths.map(({ path }) => line(`"${path}"`)).join('\n');
}
